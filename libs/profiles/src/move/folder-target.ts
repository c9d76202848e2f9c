import { existsSync } from 'node:fs';
import { mkdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventSealer, Projector, type SaltedEvent, type ViewStore } from '@rapport/ledger';
import {
  holdFolder,
  newTurn,
  sqliteEventStore,
  sqliteKeyStore,
  sqliteProofLog,
  sqliteSaltedEvents,
  type SqliteSaltedEvents,
} from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { views as registry } from '@rapport/views';
import { EMBEDDED_OWNER, openViewsForWriting } from '../embedded.js';
import { KEYS_FILE, keysDirOf, LEDGER_FILE, VIEWS_FILE } from '../files.js';
import { keyFiles } from '../key-files.js';
import { checkTenantName } from '../tenant-name.js';
import type { FolderPlace } from './folder-source.js';
import type { Counted, MoveTarget, Secrets, TenantTarget } from './move-places.js';

/** Where a ledger lies until it is whole. Its name is none that a tenant can have. */
const UNFINISHED = '.moving';

/**
 * Opens a data folder to move ledgers to, and makes it where it is missing. Until it is closed nobody else writes to it.
 * @param dryRun changes nothing and makes nothing
 * @throws RapportError `LEDGER_IN_USE`, `STORE_READ_ONLY`
 */
export async function openFolderTarget(place: FolderPlace, dryRun: boolean): Promise<MoveTarget> {
  const { dataDir } = place;
  if (!dryRun) await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const hold = existsSync(dataDir) ? holdFolder(dataDir) : undefined;
  return {
    tenant: async (name) => FolderTarget.open(place, name),
    close: async () => hold?.release(),
  };
}

class FolderTarget implements TenantTarget {
  private readonly closing: { close(): Promise<void> }[] = [];
  private writing: SqliteSaltedEvents | undefined;
  private views: ViewStore | undefined;

  private constructor(
    private readonly dataDir: string,
    private readonly tenant: string,
    readonly secrets: Secrets,
    readonly isInUse: boolean,
    readonly isWithoutKeys: boolean,
  ) {}

  static async open(place: FolderPlace, tenant: string): Promise<FolderTarget> {
    checkTenantName(tenant);
    const { dataDir, keyEncryptionKey } = place;
    const isInUse = existsSync(join(dataDir, tenant, LEDGER_FILE));
    const isWithoutKeys =
      !existsSync(dataDir) || (await keyFiles({ dataDir, tenant, inThread: false }).holdsNone());
    const secrets = { keysDir: keysDirOf(place), keyEncryptionKey };
    return new FolderTarget(dataDir, tenant, secrets, isInUse, isWithoutKeys);
  }

  async *held(): AsyncGenerator<SaltedEvent> {
    if (!existsSync(this.file(LEDGER_FILE))) return;
    const events = sqliteSaltedEvents({ file: this.file(LEDGER_FILE), tenant: this.tenant });
    try {
      yield* events.readSalted({ after: 0n });
    } finally {
      await events.close();
    }
  }

  /** All that is in a folder is of its tenant. */
  holdsStray(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async begin(): Promise<void> {
    const { tenant, folder } = this;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.writing = this.opened(
      sqliteSaltedEvents({ file: this.file(LEDGER_FILE), tenant, sealer: eventSealer }),
    );
  }

  async takeOver(events: readonly SaltedEvent[]): Promise<void> {
    if (this.writing === undefined) throw new Error('events are taken over before it has begun');
    await this.writing.takeOver(events);
  }

  async openKeys() {
    return sqliteKeyStore({ file: this.file(KEYS_FILE), tenant: this.tenant });
  }

  /** Its readers find both in the folder of secrets. */
  publish(): Promise<void> {
    return Promise.resolve();
  }

  /** Leaves were made as the events were written. */
  async bringUp(count: number, onProgress: Counted, signal: AbortSignal | undefined): Promise<void> {
    const events = sqliteEventStore({ file: this.file(LEDGER_FILE), tenant: this.tenant, readOnly: true });
    try {
      const store = (this.views ??= this.opened(await openViewsForWriting(this.file(VIEWS_FILE), newTurn())));
      const projector = new Projector({
        events,
        views: store,
        registry,
        kinds,
        owner: EMBEDDED_OWNER,
        now: Date.now,
      });
      const missing = await projector.open();
      if (missing.length > 0) await projector.rebuild(missing, undefined, signal);
      for (let applied = -1; applied !== 0;) {
        signal?.throwIfAborted();
        applied = await projector.step();
        onProgress(Math.min(count, (await projector.lag()).reflected), count);
      }
      await projector.close();
    } finally {
      await events.close();
    }
  }

  async result() {
    const events = sqliteEventStore({ file: this.file(LEDGER_FILE), tenant: this.tenant, readOnly: true });
    const { position } = await events.head();
    await events.close();
    const log = this.opened(sqliteProofLog(this.file(LEDGER_FILE)));
    if (this.views === undefined) throw new Error('the views are asked for before they are brought up');
    return { log, views: this.views, position };
  }

  async finish(): Promise<void> {
    await this.close();
    if (this.isInUse) return;
    await rename(this.folder, join(this.dataDir, this.tenant));
    await rmdir(join(this.dataDir, UNFINISHED)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY') throw error; // another tenant is not finished yet
    });
  }

  async close(): Promise<void> {
    for (const store of this.closing.splice(0).toReversed()) await store.close();
    this.writing = this.views = undefined;
  }

  private get folder(): string {
    return join(this.dataDir, ...(this.isInUse ? [] : [UNFINISHED]), this.tenant);
  }

  private file(name: string): string {
    return join(this.folder, name);
  }

  private opened<T extends { close(): Promise<void> }>(store: T): T {
    this.closing.push(store);
    return store;
  }
}

import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import {
  eventSealer,
  OpenLedger,
  Projector,
  RunningProjection,
  WatchedProjection,
  type OpenKeys,
  type Projection,
  type Question,
  type SealedLog,
  type ViewStore,
  type WrittenBundle,
} from '@rapport/ledger';
import {
  announceUrl,
  folderHolder,
  holdFolder,
  newTurn,
  sqliteEventStore,
  sqliteViewStore,
} from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { analyses, views } from '@rapport/views';
import { defaultRules } from './default-rules.js';
import { openLog } from './embedded-log.js';
import { erasureRules } from './erasure.js';
import { keysDirOf, LEDGER_FILE, VIEWS_FILE } from './files.js';
import { startFillThreads } from './fill-threads.js';
import { keyFiles } from './key-files.js';
import { ProjectionThread } from './projection-thread.js';
import type { ProveOptions } from './prove/prove-options.js';
import { openProver, type MapUpkeep, type TenantProver } from './prove/tenant-prover.js';
import type { EmbeddedOptions, Holder, Rapport } from './rapport.js';
import { endProcess, reportFailure } from './report-failure.js';
import { TenantKeys } from './tenant-keys.js';
import { tenantFolders } from './tenant-folders.js';
import { checkTenantName } from './tenant-name.js';

/** The projector of a data folder is whoever holds the folder, so that it takes its lease back at once after a crash. */
export const EMBEDDED_OWNER = 'embedded';

/**
 * Opens a data folder for one process to write, or for any to read.
 * @throws RapportError `LEDGER_IN_USE` (facts pid, url), `STORE_READ_ONLY`, `DISK_FULL`, `DATA_NOT_FOUND`
 * @example
 * const rapport = await openEmbedded({ dataDir: './data' });
 * const ledger = await rapport.ledger('main');
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Rapport> {
  if (options.readOnly === true) {
    if (!existsSync(options.dataDir))
      throw new RapportError(
        'DATA_NOT_FOUND',
        `There is no data folder at ${options.dataDir}: give another with --data, or start with \`rapport serve\`.`,
      );
    return new EmbeddedRapport(options, undefined);
  }
  try {
    await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new RapportError(
      'STORE_READ_ONLY',
      `The data folder ${options.dataDir} cannot be made: check the path and its permissions.`,
      { cause },
    );
  }
  return new EmbeddedRapport(options, holdFolder(options.dataDir));
}

/** Who holds the folder for writing now; undefined when nobody does. */
export const holderOf = (dataDir: string): Promise<Holder | undefined> =>
  Promise.resolve(folderHolder(dataDir));

/** Tells others at which address this process, which holds the folder, serves. */
export const announce = (dataDir: string, url: string): Promise<void> =>
  Promise.resolve(announceUrl(dataDir, url));

class EmbeddedRapport implements Rapport {
  private readonly ledgers = new Map<string, Promise<OpenLedger>>();
  private readonly keys = new Map<string, TenantKeys>();
  private thread: ProjectionThread | undefined;
  private readonly provers = new Map<string, Promise<TenantProver>>();
  private closing = false;

  constructor(
    private readonly options: EmbeddedOptions,
    private readonly hold: { release(): void } | undefined,
  ) {}

  ledger(tenant: string): Promise<OpenLedger> {
    if (this.closing)
      return Promise.reject(
        new RapportError('SHUTTING_DOWN', 'The server is stopping: try again in a moment.'),
      );
    const known = this.ledgers.get(tenant);
    if (known !== undefined) return known;
    const opening = this.open(tenant);
    this.ledgers.set(tenant, opening);
    opening.catch(() => this.ledgers.delete(tenant)); // the caller hears of it; the next one may try again
    return opening;
  }

  async tenants(): Promise<readonly string[]> {
    return tenantFolders(this.options.dataDir);
  }

  async prove(tenant: string, question: Question, how: ProveOptions = {}): Promise<WrittenBundle> {
    return (await this.prover(await this.ledger(tenant))).prove(question, how);
  }

  async close(): Promise<void> {
    this.closing = true;
    const opened = await Promise.allSettled(this.ledgers.values());
    for (const prover of await Promise.allSettled(this.provers.values()))
      if (prover.status === 'fulfilled') await prover.value.close();
    for (const ledger of opened) if (ledger.status === 'fulfilled') await this.closeLedger(ledger.value);
    await this.thread?.close();
    this.hold?.release();
  }

  private async closeLedger(ledger: OpenLedger): Promise<void> {
    const head = await ledger.head().catch(() => undefined); // unknown is safe: erasures are looked for from further back
    try {
      await ledger.close();
    } finally {
      await this.keys.get(ledger.tenant)?.close(head?.position);
    }
  }

  private async open(tenant: string): Promise<OpenLedger> {
    checkTenantName(tenant);
    const folder = join(this.options.dataDir, tenant);
    const file = join(folder, LEDGER_FILE);
    const readOnly = this.options.readOnly === true;
    const isNew = !existsSync(file);
    if (isNew) {
      if (readOnly)
        throw new RapportError(
          'TENANT_NOT_FOUND',
          `There is no tenant ${tenant} in ${this.options.dataDir}: see \`rapport doctor\` for those it holds.`,
        );
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
    const now = this.options.now ?? Date.now;
    const { dataDir, keyEncryptionKey, erasureApproval = false } = this.options;
    const erasure = erasureRules(erasureApproval);
    const inThread = this.options.projector === 'thread';
    const place = keyFiles({ dataDir, tenant, inThread });
    const keysDir = keysDirOf(this.options);
    const keys = new TenantKeys({ tenant, place, keysDir, keyEncryptionKey, readOnly, now });
    if (isNew) await keys.prepare(); // first, so that a ledger is never without its keys
    const events = sqliteEventStore({
      file,
      readOnly,
      tenant,
      sealer: eventSealer,
      writer: inThread ? 'thread' : 'inline',
      onWriterLost: endProcess,
    });
    let log: SealedLog | undefined;
    let ledger: OpenLedger | undefined;
    try {
      log = await openLog(this.options, tenant);
      if (!readOnly && !isNew) await keys.prepare();
      const { viewStore, projection } = await this.openViews(folder, tenant, now, events);
      ledger = new OpenLedger({
        tenant,
        events,
        viewStore,
        kinds,
        views,
        analyses,
        projection,
        log,
        keys: keys.open,
        erasure,
        writable: !readOnly,
        now,
      });
      await ledger.open();
      const opened = ledger;
      keys.readFrom({
        head: () => opened.head(),
        erasuresAfter: (after) => opened.feed({ after, types: [erasure.type] }),
      });
      if (!readOnly) await keys.open();
      this.keys.set(tenant, keys);
      if (!readOnly && (await ledger.head()).count === 0) await ledger.record([defaultRules()]);
      if (this.thread !== undefined) (await this.prover(ledger)).start(this.options.mapIntervalMs);
      return ledger;
    } catch (error) {
      if (ledger === undefined) await log?.close();
      await (ledger ?? events).close();
      await keys.close(undefined);
      throw error;
    }
  }

  /** What proves answers of a tenant: opened with its ledger in a server, elsewhere when it is first asked for. */
  private prover(ledger: OpenLedger): Promise<TenantProver> {
    const { tenant } = ledger;
    const known = this.provers.get(tenant);
    if (known !== undefined) return known;
    const { dataDir, readOnly, now = Date.now } = this.options;
    const { thread } = this;
    const keys: OpenKeys = async () => (this.keys.get(tenant) as TenantKeys).open();
    const upkeep: MapUpkeep =
      readOnly === true
        ? { by: 'otherProcess' }
        : thread === undefined
          ? { by: 'thisThread' }
          : { by: 'otherThread', advance: (signal) => thread.advanceMap(tenant, signal) };
    const opening = openProver(ledger, keys, join(dataDir, tenant), upkeep, now);
    this.provers.set(tenant, opening);
    opening.catch(() => this.provers.delete(tenant)); // the caller hears of it; the next one may try again
    return opening;
  }

  private async openViews(
    folder: string,
    tenant: string,
    now: () => number,
    events: ReturnType<typeof sqliteEventStore>,
  ): Promise<{ viewStore: ViewStore; projection: Projection }> {
    const file = join(folder, VIEWS_FILE);
    if (this.options.readOnly === true || this.options.projector === 'none') {
      const viewStore = sqliteViewStore({ file, readOnly: true });
      return { viewStore, projection: new WatchedProjection(viewStore, views, reportFailure) };
    }
    if (this.options.projector === 'thread') {
      this.thread ??= new ProjectionThread();
      const projection = await this.thread.open(tenant, folder);
      return { viewStore: sqliteViewStore({ file, readOnly: true }), projection };
    }
    const turn = newTurn();
    const viewStore = await openViewsForWriting(file, turn);
    const projector = new Projector({
      events,
      views: viewStore,
      registry: views,
      kinds,
      owner: EMBEDDED_OWNER,
      startFillers: () => startFillThreads({ tenant, folder, turn }),
      now,
    });
    return { viewStore, projection: new RunningProjection(projector, await projector.open(), reportFailure) };
  }
}

/** Views are disposable: a file that cannot be read is removed, and everything in it is projected again. */
export async function openViewsForWriting(file: string, turn: SharedArrayBuffer): Promise<ViewStore> {
  try {
    return sqliteViewStore({ file, turn });
  } catch (error) {
    if (!(error instanceof RapportError) || !['STORE_CORRUPT', 'STORE_FOREIGN'].includes(error.code))
      throw error;
    reportFailure(
      new RapportError(error.code, `${error.message} The views are built again from the ledger.`),
    );
    for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
    return sqliteViewStore({ file, turn });
  }
}

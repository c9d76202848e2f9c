import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RapportError, type RecordedEvent } from '@rapport/kernel';
import type { OpenKeys } from '@rapport/ledger';
import {
  environmentKeyWrapper,
  fileKeyWrapper,
  openPersonKeys,
  type KeyStore,
  type KeyWrapper,
  type PersonKeys,
  type Tombstone,
} from '@rapport/privacy';
import { sqliteKeyStore, threadedKeyStore } from '@rapport/store-sqlite';
import { tombstoneOf } from './erasure.js';
import { ErasureJournal, journaled } from './erasure-journal.js';
import {
  ERASURES_FILE,
  KEY_ENCRYPTION_KEY_FILE,
  KEYS_FILE,
  keysDirOf,
  LEDGER_FILE,
  secretsOf,
} from './files.js';

const SECRET_VARIABLE = 'RAPPORT_KEY_ENCRYPTION_KEY';

/** Where the keys of a tenant are. */
export interface KeyPlaces {
  readonly dataDir: string;
  readonly tenant: string;
  /** See `EmbeddedOptions.keysDir`. */
  readonly keysDir?: string | undefined;
  readonly readOnly: boolean;
  /** Whether keys are written in a thread of their own: for servers, which have other things to do than wait for the disk. */
  readonly inThread: boolean;
  readonly now: () => number;
}

/** The erasures that a ledger tells of after a position, and where it ends. */
export interface ErasureSource {
  erasuresAfter(position: bigint): AsyncIterable<RecordedEvent>;
  head(): Promise<{ readonly position: bigint }>;
}

/** The key store of one tenant, with what opens it. */
export class TenantKeys {
  private opening: Promise<PersonKeys> | undefined;
  private store: KeyStore | undefined;
  private ledger: ErasureSource | undefined;

  private readonly keysDir: string;
  private readonly journal: ErasureJournal;

  constructor(private readonly places: KeyPlaces) {
    this.keysDir = keysDirOf(places);
    this.journal = new ErasureJournal(join(secretsOf(places, places.tenant), ERASURES_FILE));
  }

  /**
   * Makes secret and key store where the ledger does not exist yet, and makes sure that they are there where it does: a
   * new key store beside an old ledger would hide that the old one is missed.
   * @throws RapportError `KEY_NOT_FOUND`, `INVALID_CONFIGURATION`, `STORE_FOREIGN`, `STORE_CORRUPT`
   */
  async prepare(): Promise<void> {
    const { dataDir, tenant } = this.places;
    const file = join(dataDir, tenant, KEYS_FILE);
    if (!existsSync(file) && existsSync(join(dataDir, tenant, LEDGER_FILE))) throw missing(file);
    await this.wrapper(!(await anyKeysIn(dataDir)));
    const store = (this.places.inThread ? threadedKeyStore : sqliteKeyStore)({ file, tenant });
    this.store = journaled(store, this.journal);
    await store.erasuresAppliedUntil(); // it is there from now on, and can be read
  }

  /** From which ledger erasures are read before a key is opened. */
  readFrom(ledger: ErasureSource): void {
    this.ledger = ledger;
  }

  /**
   * The keys; opened once, and again after a failure, so that what was put back is found.
   * @throws RapportError `KEY_NOT_FOUND`, `KEY_WRONG`, `INVALID_CONFIGURATION`
   */
  readonly open: OpenKeys = () => {
    if (this.opening === undefined) {
      const opening = this.openNow();
      opening.catch(() => (this.opening = undefined));
      this.opening = opening;
    }
    return this.opening;
  };

  /** Remembers how far erasures were applied, and closes the store. */
  async close(position: bigint | undefined): Promise<void> {
    if (this.store === undefined) return;
    if (!this.places.readOnly && position !== undefined) await this.store.keepErasuresAppliedUntil(position);
    await this.store.close();
  }

  private async openNow(): Promise<PersonKeys> {
    const { ledger, places } = this;
    if (ledger === undefined) throw new RapportError('INTERNAL', 'Keys were asked for before their ledger.');
    const wrapper = await this.wrapper(false);
    const store = (this.store ??= this.existing());
    const { position } = await ledger.head();
    const erased: Tombstone[] = [...this.journal.read()];
    for await (const event of ledger.erasuresAfter(await store.erasuresAppliedUntil())) {
      const tombstone = tombstoneOf(event);
      if (tombstone !== undefined) erased.push(tombstone);
    }
    const keys = await openPersonKeys({ store, wrapper, erased, now: places.now });
    if (!places.readOnly) await store.keepErasuresAppliedUntil(position);
    return keys;
  }

  private existing(): KeyStore {
    const { dataDir, tenant } = this.places;
    const file = join(dataDir, tenant, KEYS_FILE);
    if (!existsSync(file)) throw missing(file);
    return sqliteKeyStore({ file, tenant, readOnly: true });
  }

  private async wrapper(mayMake: boolean): Promise<KeyWrapper> {
    const { tenant } = this.places;
    const { keysDir } = this;
    if ((process.env[SECRET_VARIABLE] ?? '') !== '')
      return environmentKeyWrapper({ environment: process.env, name: SECRET_VARIABLE, tenant });
    if (mayMake) await mkdir(keysDir, { recursive: true, mode: 0o700 });
    return fileKeyWrapper({ file: join(keysDir, KEY_ENCRYPTION_KEY_FILE), tenant, mayMake });
  }
}

/** Whether a tenant of the folder has keys already, which a new secret would open none of. */
async function anyKeysIn(dataDir: string): Promise<boolean> {
  const folders = await readdir(dataDir, { withFileTypes: true });
  return folders.some((folder) => folder.isDirectory() && existsSync(join(dataDir, folder.name, KEYS_FILE)));
}

const missing = (file: string): RapportError =>
  new RapportError(
    'KEY_NOT_FOUND',
    `The key store ${file} is missing, and without it no personal value of the ledger can be read: restore it from its backup. If it is lost for good, what is not personal can be read still, and copied with \`rapport export events --format cloudevents\`.`,
  );

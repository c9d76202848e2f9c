import { join } from 'node:path';
import { RapportError, type RecordedEvent } from '@rapport/kernel';
import type { OpenKeys } from '@rapport/ledger';
import { openPersonKeys, type KeyStore, type PersonKeys, type Tombstone } from '@rapport/privacy';
import { tombstoneOf } from './erasure.js';
import { ErasureJournal, journaled } from './erasure-journal.js';
import { ERASURES_FILE } from './files.js';
import { keyWrapperFor } from './key-wrapper-for.js';

/** Where the wrapped keys of a tenant are kept. */
export interface KeyPlace {
  /**
   * Makes sure that a key store is there where the ledger is: a new one beside an old ledger would hide that the old one is
   * missed. Gives what opens it for writing, and makes it where the ledger does not exist yet.
   * @throws RapportError `KEY_NOT_FOUND`
   */
  prepare(): Promise<() => Promise<KeyStore>>;
  /** The key store for reading. @throws RapportError `KEY_NOT_FOUND` */
  existing(): Promise<KeyStore>;
  /** Whether no tenant has keys yet, which a new secret would open none of. */
  holdsNone(): Promise<boolean>;
}

export interface TenantKeysOptions {
  readonly tenant: string;
  readonly place: KeyPlace;
  /** The folder of secrets of all tenants. */
  readonly keysDir: string;
  /** See `EmbeddedOptions.keyEncryptionKey`. */
  readonly keyEncryptionKey?: string | undefined;
  readonly readOnly: boolean;
  readonly now: () => number;
  /** How long a key is used before the store is asked again whether its person was erased; see `openPersonKeys`. */
  readonly ageMsMax?: number;
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
  private readonly journal: ErasureJournal;

  constructor(private readonly options: TenantKeysOptions) {
    this.journal = new ErasureJournal(join(options.keysDir, options.tenant, ERASURES_FILE));
  }

  /**
   * Makes secret and key store where the ledger does not exist yet, and makes sure that they are there where it does.
   * @throws RapportError `KEY_NOT_FOUND`, `INVALID_CONFIGURATION`, `STORE_FOREIGN`, `STORE_CORRUPT`
   */
  async prepare(): Promise<void> {
    const { place } = this.options;
    const open = await place.prepare();
    await keyWrapperFor({ ...this.options, mayMake: await place.holdsNone() });
    this.store = journaled(await open(), this.journal);
    await this.store.erasuresAppliedUntil(); // it is there from now on, and can be read
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
    if (!this.options.readOnly && position !== undefined) await this.store.keepErasuresAppliedUntil(position);
    await this.store.close();
  }

  private async openNow(): Promise<PersonKeys> {
    const { ledger } = this;
    const { place, readOnly, now, ageMsMax } = this.options;
    if (ledger === undefined) throw new RapportError('INTERNAL', 'Keys were asked for before their ledger.');
    const wrapper = await keyWrapperFor({ ...this.options, mayMake: false });
    const store = (this.store ??= await place.existing());
    const { position } = await ledger.head();
    const erased: Tombstone[] = [...this.journal.read()];
    for await (const event of ledger.erasuresAfter(await store.erasuresAppliedUntil())) {
      const tombstone = tombstoneOf(event);
      if (tombstone !== undefined) erased.push(tombstone);
    }
    const keys = await openPersonKeys({
      store,
      wrapper,
      erased,
      now,
      ...(ageMsMax === undefined ? {} : { ageMsMax }),
    });
    if (!readOnly) await store.keepErasuresAppliedUntil(position);
    return keys;
  }
}

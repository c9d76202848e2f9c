import type { EntriesQuery, EntryPlace, FindQuery, JsonObject, Page, StoredEntry } from '@rapport/kernel';

/** A document of a fold or tally view. */
export interface StoredDocument {
  readonly key: string;
  readonly doc: JsonObject;
  /** The position the document reflects. */
  readonly position: bigint;
  /** Where the fold stands in its own time, as the engine wrote it; opaque. */
  readonly fence: string;
}

/** One change of a view; all changes of a save become visible together with its checkpoint. */
export type Change =
  | {
      readonly op: 'put';
      readonly key: string;
      readonly doc: JsonObject;
      readonly fence: string;
      readonly fields: Readonly<Record<string, string | number | boolean>>;
    }
  | { readonly op: 'delete'; readonly key: string }
  | {
      readonly op: 'putEntry';
      readonly key: string;
      readonly place: EntryPlace;
      readonly entry: JsonObject;
      readonly position: bigint;
      readonly recordedat: string;
    }
  | { readonly op: 'deleteEntry'; readonly key: string; readonly place: EntryPlace };

/** A view version as the store knows it. */
export interface ViewRef {
  readonly name: string;
  readonly version: number;
}

/** What a store must know to keep a view: its shape and declared fields. */
export interface ViewShape extends ViewRef {
  readonly shape: 'entries' | 'fold' | 'tally';
  /** Indexed fields by name and type: of documents (fold, tally) or entries (filters are always text or numbers). */
  readonly fields: readonly { readonly name: string; readonly type: 'text' | 'integer' | 'boolean' }[];
}

export interface ViewVersion extends ViewRef {
  readonly state: 'building' | 'live' | 'retired';
  /** The last position it reflects. */
  readonly checkpoint: bigint;
  /** How many events lie up to there. */
  readonly events: number;
}

/** A key that a view could not digest, with what waits behind it. */
export interface Park {
  readonly key: string;
  /** The event that could not be digested. */
  readonly position: bigint;
  /** The error, without any personal value. */
  readonly error: string;
  /** How many events of the key wait, itself included. */
  readonly waiting: number;
}

/** A parked key of one copy of a view. */
export interface ParkedKey extends Park {
  readonly view: string;
  readonly version: number;
}

/** The engine's own index of one batch: disposable, rebuilt from the ledger like every view. */
export interface IndexBatch {
  /** History key → event position: which events may concern the key. */
  readonly history: readonly { readonly key: string; readonly position: bigint }[];
  /** Corrections by their target: `<stream>\n<source>\n<id>`. */
  readonly corrections: readonly { readonly target: string; readonly position: bigint }[];
  /** Merges and unmerges of parties. */
  readonly merges: readonly MergeRecord[];
}

export interface MergeRecord {
  readonly absorbed: string;
  readonly survivor: string;
  readonly effect: 'merge' | 'unmerge';
  readonly time: string;
  readonly source: string;
  readonly id: string;
  readonly position: bigint;
}

/** A grant to write: a lost lease's token is refused by the next save. */
export interface Lease {
  readonly name: string;
  readonly owner: string;
  /** Fencing token: grows with every change of owner. */
  readonly token: number;
  readonly expiresAtMs: number;
}

/**
 * The views of one tenant. Everything in it is disposable and rebuilt from the ledger.
 */
export interface ViewStore {
  /** Makes a view known: creates what a version needs before anything is written to it. Idempotent. */
  declare(shape: ViewShape): Promise<void>;
  /** Documents for a writer, who may change them on the way to what it saves: they are shared with nobody who reads. */
  load(view: ViewRef, keys: readonly string[]): Promise<readonly StoredDocument[]>;
  /**
   * Writes the changes of several views, the engine's index and their common checkpoint together, or so that replaying
   * is harmless. A checkpoint not above the stored one makes it a no-op for that view. Refused with `LEASE_LOST` when the lease was taken over.
   */
  save(batch: {
    readonly views: readonly {
      readonly view: ViewRef;
      readonly changes: readonly Change[];
      readonly park?: readonly Park[];
    }[];
    readonly index?: IndexBatch;
    readonly checkpoint: bigint;
    /** How many events of the ledger lie up to the checkpoint. */
    readonly events: number;
    readonly lease: Lease;
  }): Promise<void>;
  /**
   * Writes finished content into copies that are being built, key by key instead of batch by batch: all of it reflects
   * `position`. Each key is filled once; the checkpoint follows with the `save` that ends the filling.
   */
  fill(content: {
    readonly views: readonly {
      readonly view: ViewRef;
      readonly changes: readonly Change[];
      readonly park?: readonly Park[];
    }[];
    readonly position: bigint;
    readonly lease: Lease;
  }): Promise<void>;
  get(view: ViewRef, key: string): Promise<StoredDocument | undefined>;
  /** @throws RapportError `FIELD_NOT_INDEXED`, `INVALID_CURSOR` */
  find(view: ViewRef, query: FindQuery): Promise<Page<StoredDocument>>;
  /** @throws RapportError `FIELD_NOT_INDEXED`, `INVALID_CURSOR` */
  entries(view: ViewRef, key: string, query: EntriesQuery): Promise<Page<StoredEntry>>;
  /** Every document ordered by key (UTF-8), or every entry ordered by key and place. */
  scan(view: ViewRef): AsyncIterable<StoredDocument | StoredEntry>;
  count(view: ViewRef): Promise<number>;
  /** Positions of the history of any of these keys, up to and including a position, ascending and without repeats. */
  history(keys: readonly string[], until: bigint): Promise<readonly bigint[]>;
  /** Every history key, ordered, for whole-population replays. @param after only keys after this one */
  historyKeys(after?: string): AsyncIterable<string>;
  /** Whether the index knows of any correction. */
  hasCorrections(): Promise<boolean>;
  /** Positions of corrections by target, up to a position. */
  corrections(targets: readonly string[], until: bigint): Promise<ReadonlyMap<string, readonly bigint[]>>;
  merges(): Promise<readonly MergeRecord[]>;
  /** How far the engine's index reaches. */
  indexCheckpoint(): Promise<bigint>;
  versions(view?: string): Promise<readonly ViewVersion[]>;
  /** Registers a new version in state `building`; an abandoned build of the same version is cleared first. */
  build(view: ViewRef, lease: Lease): Promise<void>;
  /** Makes the built version live and retires the one before, at once. */
  swap(view: ViewRef, lease: Lease): Promise<void>;
  /** Removes a version and all it holds. */
  drop(view: ViewRef, lease: Lease): Promise<void>;
  parked(view?: string): Promise<readonly ParkedKey[]>;
  /** Takes a key off the parked list and writes the content it was refolded to, together. */
  unpark(view: ViewRef, key: string, changes: readonly Change[], lease: Lease): Promise<void>;
  /** Takes or prolongs a lease; undefined while another owner holds it. */
  lease(name: string, owner: string, ttlMs: number): Promise<Lease | undefined>;
  release(lease: Lease): Promise<void>;
  close(): Promise<void>;
}

import type { JsonObject } from './envelope.js';
import type { EffectiveEvent, Kinds } from './kind.js';
import type { Bounds } from './view.js';

/** Place of an entry under its key: (time, source, id, subject), unique. */
export interface EntryPlace {
  readonly time: string;
  readonly source: string;
  readonly id: string;
  readonly subject: string;
}

export interface StoredEntry extends EntryPlace {
  readonly key: string;
  readonly entry: JsonObject;
  readonly position: bigint;
  /** When the ledger learned of the event. */
  readonly recordedat: string;
}

export interface Condition {
  readonly field: string;
  readonly op: 'equals' | 'in' | 'range' | 'prefix' | 'exists';
  /** equals and prefix: one value; in: values; range: [from, to], null for open, both inclusive; exists: true or false. */
  readonly value: string | number | boolean | null | readonly (string | number | boolean | null)[];
}

export interface FindQuery {
  /** All of these hold. */
  readonly where?: readonly Condition[];
  /** An indexed field and direction; by key unless given. Ties are ordered by key. */
  readonly sort?: { readonly field: string; readonly direction: 'ascending' | 'descending' };
  /** The cursor of the page before. */
  readonly after?: string;
  readonly countMax: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; absent on the last. Stable under writes. */
  readonly next?: string;
}

export interface EntriesQuery {
  /** Inclusive bounds on time. */
  readonly from?: string;
  readonly to?: string;
  /** Equality or `in` on members that the view declares as filters. */
  readonly filter?: Readonly<Record<string, string | readonly string[]>>;
  /** Case-insensitive text contained in the entry's `headline`. */
  readonly text?: string;
  readonly order?: 'newestFirst' | 'oldestFirst';
  readonly after?: string;
  readonly countMax: number;
}

/** A document with what every answer names. */
export interface Answer<T> {
  readonly view: string;
  readonly version: number;
  /** The position the answer reflects. */
  readonly position: bigint;
  readonly bounds: Bounds;
  readonly value: T;
}

/** What the queries of views read: documents, entries and histories, live or replayed within bounds. */
export interface ViewReader {
  readonly kinds: Kinds;
  /** The document of a key; `value` is undefined where the view has none. Bounds replay the key's history. */
  document(view: string, key: string, bounds?: Bounds): Promise<Answer<JsonObject | undefined>>;
  /** The documents of several keys at one position; a key that has none is left out of the map. */
  documentsOf(
    view: string,
    keys: readonly string[],
    bounds?: Bounds,
  ): Promise<Answer<ReadonlyMap<string, JsonObject>>>;
  /** @throws RapportError `FIELD_NOT_INDEXED`, `INVALID_CURSOR` */
  find(
    view: string,
    query: FindQuery,
  ): Promise<Answer<Page<{ readonly key: string; readonly doc: JsonObject }>>>;
  entries(
    view: string,
    key: string,
    query: EntriesQuery,
    bounds?: Bounds,
  ): Promise<Answer<Page<StoredEntry>>>;
  /** Every entry of a key within bounds, oldest first. */
  allEntries(view: string, key: string, bounds?: Bounds): Promise<Answer<readonly StoredEntry[]>>;
  /** The effective events of a party within bounds, in their own time. */
  history(party: string, bounds?: Bounds): Promise<Answer<readonly EffectiveEvent[]>>;
  /** The party that an id stands for once merges are followed. */
  canonical(party: string, bounds?: Bounds): Promise<string>;
  /** Every document of a view, ordered by key, at one position. */
  documents(view: string, bounds?: Bounds): AsyncIterable<{ readonly key: string; readonly doc: JsonObject }>;
}

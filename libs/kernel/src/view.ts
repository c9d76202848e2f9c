import type { Json, JsonObject, RecordedEvent } from './envelope.js';
import type { EffectiveEvent, Kinds } from './kind.js';
import type { StoredEntry } from './query.js';

/** A field that `find` may ask for: its name and how it is read from a document. */
export interface IndexedField<D = JsonObject> {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'boolean';
  /** The value in a document; undefined where the document has none. */
  readonly of: (doc: D) => string | number | boolean | undefined;
}

interface ViewBase {
  readonly name: string;
  /** Raised when the meaning of the documents changes: the engine then builds the new version beside the live one. */
  readonly version: number;
  /** One sentence: the question that the view answers. */
  readonly description: string;
  /** The exact types it handles. */
  readonly handles: readonly string[];
  /** The documents an event touches: among `event.parties`, and its stream where that is not a relationship. No repeats. */
  readonly keys: (event: EffectiveEvent) => readonly string[];
}

/** A sorted list of entries for each key: (time, source, id). */
export interface EntriesView<E extends JsonObject = JsonObject> extends ViewBase {
  readonly shape: 'entries';
  readonly entry: (event: EffectiveEvent, key: string) => E;
  /** Members of an entry that `entries` may filter by (equality, `in`). */
  readonly filters: readonly (keyof E & string)[];
}

/** One document a key: the fold over the key's events in the order (time, source, id), corrections applied. */
export interface FoldView<D extends JsonObject = JsonObject> extends ViewBase {
  readonly shape: 'fold';
  readonly initial: (key: string) => D;
  /**
   * The document after one more event. The given one is handed over: it may be changed in place or left behind, since a
   * fold that copies its document for every event pays more for that than for everything else. Depends on nothing else.
   */
  readonly evolve: (doc: D, event: EffectiveEvent, key: string) => D;
  readonly indexes: readonly IndexedField<D>[];
}

/** Integer counters by name for each key: additive, so order never matters. */
export interface TallyView extends ViewBase {
  readonly shape: 'tally';
  /** What the event adds to counters of the key: integers. Pairs, since counters are data and not the members of a type. */
  readonly tally: (event: EffectiveEvent, key: string) => readonly Increment[];
  readonly indexes: readonly IndexedField<TallyDocument>[];
}

/** A counter and what is added to it. The same counter may come more than once. */
export type Increment = readonly [counter: string, value: number];

/** Counter name → integer (a decimal string beyond 2^53). A counter at zero is absent. */
export type TallyDocument = { readonly [counter: string]: number | string };

/** A projection kept up to date. */
export type View = EntriesView | FoldView | TallyView;

/** Query bounds: what was true on `asOf` (time), and what was known at `knownAt` (a time, or a position). */
export interface Bounds {
  /** Only what happened at or before this instant (RFC 3339 UTC with milliseconds). */
  readonly asOf?: string;
  /** Only what the ledger held at this position. */
  readonly knownAt?: bigint;
}

/** What an analysis may read, all at one position and within the same bounds. */
export interface AnalysisSource {
  readonly position: bigint;
  readonly bounds: Bounds;
  readonly kinds: Kinds;
  /** Every document of a view, ordered by key. */
  readonly documents: (view: string) => AsyncIterable<{ readonly key: string; readonly doc: JsonObject }>;
  /** One document of a view. */
  readonly document: (view: string, key: string) => Promise<JsonObject | undefined>;
  /** Every entry of a key as the view holds it now, oldest first: for what bounds do not apply to, such as published rules. */
  readonly entriesNow: (view: string, key: string) => Promise<readonly StoredEntry[]>;
  /** Every recorded event in ledger order, as recorded (nothing corrected). */
  readonly events: () => AsyncIterable<RecordedEvent>;
  /** Keys that a view could not digest. */
  readonly parked: () => Promise<
    readonly {
      readonly view: string;
      readonly key: string;
      readonly position: bigint;
      readonly error: string;
    }[]
  >;
}

/** A computation over a whole population at a stated position. */
export interface Analysis<P = JsonObject, R extends Json = Json> {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  /** Names and meanings of the parameters, for the catalogue and help. */
  readonly takes: Readonly<Record<string, string>>;
  /** Checks and completes parameters; throws RapportError('INVALID_QUERY'). */
  readonly parameters: (raw: Readonly<Record<string, string>>) => P;
  readonly compute: (source: AnalysisSource, parameters: P) => Promise<R>;
}

/** Identity helper that infers the document type of a view. */
export const defineFold = <D extends JsonObject>(view: Omit<FoldView<D>, 'shape'>): FoldView<D> => ({
  shape: 'fold',
  ...view,
});
export const defineEntries = <E extends JsonObject>(view: Omit<EntriesView<E>, 'shape'>): EntriesView<E> => ({
  shape: 'entries',
  ...view,
});
export const defineTally = (view: Omit<TallyView, 'shape'>): TallyView => ({ shape: 'tally', ...view });

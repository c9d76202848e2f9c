import type {
  Analysis,
  Answer,
  Bounds,
  Json,
  Kinds,
  Page,
  PositionSource,
  OpenedEvent,
  RecordedEvent,
  RecordReader,
  Rejection,
  View,
} from '@rapport/kernel';
import type { ContentChange } from './replay/content-changes.js';
import type { ReplayedItem } from './replay/key-content.js';
import type { ReplayDiff, ReplayPageQuery, ReplayRange } from './replay/replayer.js';
import type { Erasure, ErasureAsked, KeyCheck } from './erase/erasure.js';
import type { PersonalData } from './erase/personal-data.js';
import type { Head, ParkedKey, ViewVersion } from './ports/index.js';
import type { SealedLog } from './seal/sealed-log.js';

/** What became of one touchpoint. */
export type RecordOutcome =
  | {
      /** `duplicate`: recorded before with the same content; the first outcome is given. */
      readonly status: 'recorded' | 'duplicate';
      readonly eventId: string;
      readonly source: string;
      readonly id: string;
      readonly subject: string;
      readonly revision: number;
      readonly position: bigint;
    }
  | { readonly status: 'rejected'; readonly rejection: Rejection };

/** Progress of one view, as facts: head, own position, lag, and whether it moves. */
export interface ViewHealth {
  readonly view: string;
  readonly version: number;
  readonly state: ViewVersion['state'];
  readonly position: bigint;
  readonly lagEvents: number;
  readonly lagSeconds: number;
  readonly parked: number;
  /** Whether it has moved, or had nothing to do, within the last half minute. */
  readonly moving: boolean;
  /** While building. */
  readonly rebuild?: RebuildProgress;
}

export interface RebuildProgress {
  readonly done: number;
  readonly total: number;
  readonly eventsPerSecond: number;
  readonly etaSeconds: number;
}

/** SHA-256 of a view's canonical content: documents and entries without position, revision and recordedat. */
export interface ViewHash {
  readonly view: string;
  readonly version: number;
  readonly documents: number;
  readonly sha256: string;
}

/**
 * The ledger of one tenant: records touchpoints, reads them back, and answers from views. The same on every profile.
 */
export interface Ledger extends RecordReader, PositionSource {
  readonly tenant: string;
  readonly kinds: Kinds;
  readonly views: readonly View[];
  readonly analyses: readonly Analysis[];
  /** What proves its events. */
  readonly log: SealedLog;
  /** Whether this process may record. */
  readonly writable: boolean;
  /**
   * Records touchpoints given as parsed JSON (CloudEvents, structured mode). One outcome each, in order; a rejected one
   * never loses the others. Resolves when everything accepted is durable.
   * @throws RapportError only for broken infrastructure
   */
  record(touchpoints: readonly Json[]): Promise<readonly RecordOutcome[]>;
  /** Records what the ledger itself has to say, under a source that no emitter may use. */
  recordOwn(touchpoint: Json): Promise<RecordOutcome>;
  /** Checks like `record` (payload, envelope, time) and writes nothing. */
  check(
    touchpoints: readonly Json[],
  ): readonly (
    { readonly status: 'valid' } | { readonly status: 'rejected'; readonly rejection: Rejection }
  )[];
  head(): Promise<Head>;
  /** The event at a position. */
  event(position: bigint): Promise<RecordedEvent | undefined>;
  /** The event of an identity within its stream. */
  eventOf(subject: string, source: string, id: string): Promise<RecordedEvent | undefined>;
  stream(
    subject: string,
    options?: {
      readonly from?: number;
      readonly direction?: 'forwards' | 'backwards';
      readonly countMax?: number;
    },
  ): Promise<{ readonly exists: boolean; readonly events: readonly RecordedEvent[] }>;
  /** Events after a position, in ledger order. */
  feed(options: {
    readonly after?: bigint;
    readonly types?: readonly string[];
    readonly countMax?: number;
  }): AsyncIterable<RecordedEvent>;
  /** Catches up after a position, then follows until aborted. */
  follow(
    options: { readonly after?: bigint; readonly types?: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<RecordedEvent>;
  /**
   * Reads the personal values of events for who may see them; what was erased or cannot be read is named in the event.
   * @throws RapportError `KEY_NOT_FOUND`, `KEY_WRONG`, `INVALID_CONFIGURATION` when there are no keys to read with
   */
  withPersonal(events: readonly RecordedEvent[]): Promise<readonly OpenedEvent[]>;
  /** {@link Ledger.withPersonal} for any number of events, read as they are asked for. */
  withPersonalEach(events: AsyncIterable<RecordedEvent>): AsyncIterable<OpenedEvent>;
  /**
   * Makes everything personal about a party unreadable for good, and records that it was. Asking again gives the same
   * receipt, and finishes what was cut off.
   * @param options.dryRun says what would be done, and does nothing
   * @throws RapportError `PARTY_NOT_FOUND`, `LEGAL_HOLD`, `APPROVAL_REQUIRED`, `INVALID_REQUEST`, `WAIT_TIMEOUT`
   */
  erase(asked: ErasureAsked, options?: { readonly dryRun?: boolean }): Promise<Erasure>;
  /** Everything held about a party, personal values readable. @throws RapportError `PARTY_NOT_FOUND`, `WAIT_TIMEOUT` */
  personalData(party: string): Promise<PersonalData>;
  /** Opens every key of the tenant, and compares tombstones with what the ledger tells. @throws RapportError `KEY_NOT_FOUND`, `KEY_WRONG`, `INVALID_CONFIGURATION` */
  checkKeys(): Promise<KeyCheck>;
  /** The highest position recorded by an instant: what `knownAt` means. */
  positionAt(time: string): Promise<bigint>;
  /** Resolves with the views' position once every live view reflects this position. @throws RapportError `WAIT_TIMEOUT` */
  waitFor(position: bigint, timeoutMs: number): Promise<bigint>;
  analyse(
    name: string,
    parameters: Readonly<Record<string, string>>,
    bounds?: Bounds,
  ): Promise<{
    readonly analysis: string;
    readonly version: number;
    readonly position: bigint;
    readonly bounds: Bounds;
    readonly parameters: unknown;
    readonly value: Json;
    readonly behind: number;
  }>;
  health(): Promise<readonly ViewHealth[]>;
  /** Builds the next copy of a view (all views without a name) beside the live one and swaps. Resolves when swapped. */
  rebuild(
    view: string | undefined,
    onProgress?: (view: string, progress: RebuildProgress) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  parked(view?: string): Promise<readonly ParkedKey[]>;
  /** Refolds parked keys; gives those that are still parked. */
  retry(view: string, key?: string): Promise<readonly ParkedKey[]>;
  /**
   * Everything a view says at these bounds, folded again from histories: ordered by key (UTF-8), entries of a key in their
   * own time. Without `knownAt` it is what the live view reflects.
   * @throws RapportError `VIEW_NOT_FOUND`, `VIEW_BEHIND`
   */
  replay(view: string, bounds?: Bounds, range?: ReplayRange): Promise<Answer<AsyncIterable<ReplayedItem>>>;
  /** One page of {@link replay}; the cursor keeps to the position of the first page. @throws RapportError `INVALID_CURSOR` */
  replayPage(view: string, bounds: Bounds, query: ReplayPageQuery): Promise<Answer<Page<ReplayedItem>>>;
  /** The hash of what {@link replay} gives: that of the live view where both are at one position. */
  replayHash(view: string, bounds?: Bounds, range?: ReplayRange): Promise<Answer<ViewHash>>;
  /** How what a view says differs between two bounds, ordered by key. @throws RapportError as {@link replay} */
  replayDiff(
    view: string,
    first: Bounds,
    second: Bounds,
    range?: ReplayRange,
  ): Promise<ReplayDiff<AsyncIterable<ContentChange>>>;
  /** One page of {@link replayDiff}. @throws RapportError `INVALID_CURSOR` */
  replayDiffPage(
    view: string,
    first: Bounds,
    second: Bounds,
    query: ReplayPageQuery,
  ): Promise<ReplayDiff<Page<ContentChange>>>;
  hash(
    view?: string,
  ): Promise<{ readonly views: readonly ViewHash[]; readonly all: string; readonly position: bigint }>;
}

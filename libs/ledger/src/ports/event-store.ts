/** An event on its way into the store. */
export interface EventToAppend {
  /** uuid v5 of the event's scope (see `eventIdOf`). */
  readonly id: string;
  /** The kind's full type name. */
  readonly type: string;
  /** JSON text of the event as the engine wrote it; opaque to the store and given back to the byte. */
  readonly body: string;
  /** When the ledger learned it: milliseconds since the Unix epoch. */
  readonly recordedAtMs: number;
}

/** An event as the store gives it back. */
export interface StoredEvent extends EventToAppend {
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
}

/** What must be true of the stream: it does not exist, or its last revision is this number. There is no "any". */
export type ExpectedRevision = 'none' | number;

export interface Appended {
  /** Revision of the last event of the batch. */
  readonly revision: number;
  /** Position of the last event of the batch. */
  readonly position: bigint;
  /** Positions of every event of the batch, in order. */
  readonly positions: readonly bigint[];
  /** `duplicate`: these very ids already stand there; nothing was written and the first outcome is given. */
  readonly status: 'appended' | 'duplicate';
}

/** An append among others. */
export interface StreamAppend {
  readonly stream: string;
  readonly expectedRevision: ExpectedRevision;
  readonly events: readonly EventToAppend[];
}

/** What became of an append among others; `error` is what {@link EventStore.append} would have thrown. */
export type AppendOutcome = Appended | { readonly error: unknown };

export interface Head {
  /** Position of the last event; 0n when there is none. */
  readonly position: bigint;
  /** Number of events, as far as known. */
  readonly count: number;
  /** recordedAtMs of the last event; 0 when there is none. */
  readonly recordedAtMs: number;
}

export interface StreamRead {
  readonly exists: boolean;
  readonly events: AsyncIterable<StoredEvent>;
}

export interface ReadStreamOptions {
  /** First revision to give; 0 unless said otherwise (backwards: the last). */
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  readonly countMax?: number;
}

export interface ReadAllOptions {
  /** Gives events strictly after this position; from the beginning unless given. */
  readonly after?: bigint;
  readonly countMax?: number;
  /** Only these types. */
  readonly types?: readonly string[];
}

/** At most this many events in an append. */
export const APPEND_EVENTS_MAX = 1_000;
/** At most this many bytes of type and body (UTF-8) in an append. */
export const APPEND_BYTES_MAX = 1_048_576;
/** What a store may keep beside each event (its id, its salt, its times), and count as bytes of the append too. */
export const APPEND_EVENT_OVERHEAD_BYTES = 256;

/**
 * The events of one tenant. Revisions start at 0; positions are strictly increasing, above zero, and opaque.
 */
export interface EventStore {
  /**
   * Appends events to a stream, all or none. MUST NOT resolve before they are durable.
   *
   * Let N be the expected revision (`none` is −1) and cur the stream's last. N = cur: appends. N > cur: fails. N < cur:
   * when the events at N+1 … have exactly these ids in this order, answers `duplicate` with their first outcome and
   * writes nothing; otherwise fails. A time-out is an unknown outcome: repeat with the same ids and expectation.
   * @throws RapportError `WRONG_EXPECTED_REVISION` (facts expected, actual), `APPEND_TOO_LARGE`, `EMPTY_BATCH`,
   * `DISK_FULL`, `STORE_READ_ONLY`, `STORE_UNAVAILABLE`
   */
  append(
    stream: string,
    expectedRevision: ExpectedRevision,
    events: readonly EventToAppend[],
  ): Promise<Appended>;
  /**
   * Appends several at once, in this order; each stands or falls on its own, as {@link EventStore.append} says. Resolves
   * with the outcome of each, in their order, when all have theirs. One promise for hundreds of appends: that is most
   * of what they would cost one by one.
   * @throws RapportError when none of them was sent: `STORE_READ_ONLY`, `STORE_UNAVAILABLE`
   */
  appendEach(appends: readonly StreamAppend[]): Promise<readonly AppendOutcome[]>;
  /** Reads a stream; a missing one is an empty result with `exists: false`. */
  readStream(stream: string, options?: ReadStreamOptions): Promise<StreamRead>;
  /** Reads the ledger in position order up to where it ends now. */
  readAll(options?: ReadAllOptions): AsyncIterable<StoredEvent>;
  /** Events at exactly these positions, in the order given; a position that holds none is left out. */
  readAt(positions: readonly bigint[]): Promise<readonly StoredEvent[]>;
  /**
   * Catches up after a position, then follows until the signal aborts. Gives every event exactly once, in order, for as
   * long as it lives; when it breaks it throws and never resumes by itself.
   */
  subscribe(options: ReadAllOptions, signal: AbortSignal): AsyncIterable<StoredEvent>;
  /** The end of the ledger. */
  head(): Promise<Head>;
  /** The highest position recorded at or before this instant; 0n when there is none. */
  positionAt(recordedAtMs: number): Promise<bigint>;
  close(): Promise<void>;
}

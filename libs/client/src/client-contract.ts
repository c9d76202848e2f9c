import type { Answer, JsonObject, Kind } from '@rapport/kernel';
import type { EventInput, UntypedEventInput } from './event-input.js';
import type { ShownEvent } from './live-feed.js';
import type { Outcome } from './outcome.js';
import type { Parameters } from './parameters.js';
import type { RecorderCounts, RecorderOptions } from './recorder.js';

/** How a client is made. */
export interface ClientOptions {
  /** Address of the server, like `http://127.0.0.1:7070`. */
  readonly url: string;
  /** @default 'main' */
  readonly tenant?: string;
  /** Who emits: the `source` of events that name none. A URI. */
  readonly source: string;
  /** Sent with every request, for example `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** One attempt takes at most so long. @default 30000 */
  readonly timeoutMs?: number;
  /** Attempts go on for so long before a failure is thrown. @default 30000 */
  readonly giveUpAfterMs?: number;
}

/** Bounds of a question: what had happened by then, and what was known by then. */
export interface BoundsInput {
  /** A day (its last moment, UTC) or an RFC 3339 time. */
  readonly asOf?: string;
  /** A position, a day or an RFC 3339 time. */
  readonly knownAt?: string;
  /** Another way to say `knownAt`: a number of leaves of the proof log, as a checkpoint states it. */
  readonly treeSize?: number;
}

/** What every question to views takes. */
export interface Freshness {
  /** Answers only once the views reflect this position: that of this client's last own event unless given; null to ask at once. */
  readonly waitFor?: string | null;
  readonly waitTimeoutMs?: number;
}

/** An answer of the server; its `value` depends on the question. Positions are decimal texts. */
export type ServerAnswer<T = JsonObject> = Omit<Answer<T>, 'position' | 'bounds'> & {
  readonly position: string;
  readonly bounds: JsonObject;
};

/** Takes events one by one and sends them in batches. */
export interface EventRecorder {
  /** Resolves once the event is in the buffer; waits while that is full. */
  record(event: EventInput | UntypedEventInput): Promise<void>;
  /** Sends everything taken so far. @throws RapportError; the events stay in the buffer */
  flush(): Promise<RecorderCounts>;
  /** Sends everything and takes nothing more. */
  close(): Promise<RecorderCounts>;
  readonly counts: RecorderCounts;
}

/** Records events into a Rapport server and asks it. */
export interface RapportClient {
  /**
   * Records one event; when this resolves it is durable. Repeats the request with the same id until it is answered.
   * @throws RapportError when it was refused, or no server answered in time
   * @example await client.record({ type: 'rapport.inquiry.InquiryReceived.v1', subject: 'relationship/42', data: { topic: 'prices' } })
   */
  record(event: EventInput | UntypedEventInput): Promise<Exclude<Outcome, { status: 'rejected' }>>;
  /** Records several; one outcome each, in order. A rejected one never loses the others. */
  recordAll(events: readonly (EventInput | UntypedEventInput)[]): Promise<readonly Outcome[]>;
  /** Records CloudEvents exactly as they are given: nothing is filled in. For programs that pass on what others emit. */
  recordCloudEvents(events: readonly JsonObject[]): Promise<readonly Outcome[]>;
  /** A recorder that gathers events and sends them in batches. */
  recorder(options?: RecorderOptions): EventRecorder;
  /** What happened with a party, newest first. */
  timeline(party: string, query?: BoundsInput & Freshness & Parameters): Promise<ServerAnswer>;
  /** What was learned, corrected or voided between two points of view. */
  diff(party: string, query?: Freshness & Parameters): Promise<ServerAnswer>;
  /** The loyalty score of a party. */
  loyalty(party: string, query?: Freshness & Parameters): Promise<ServerAnswer>;
  /** Every touchpoint behind a score: they sum to it exactly. */
  why(party: string, query?: Freshness & Parameters): Promise<ServerAnswer>;
  /**
   * Makes everything personal about a party unreadable for good; gives the receipt.
   * @throws RapportError `PARTY_NOT_FOUND`, `LEGAL_HOLD`, `APPROVAL_REQUIRED`
   * @example await client.erase('c-1', { by: 's-7', basis: 'request of the party' })
   */
  erase(party: string, request: ErasureRequest): Promise<ErasureReceipt>;
  /** Whom a party introduced (`subtree`), who introduced it (`ancestors`), or what that amounts to (`metrics`). */
  referrals(
    party: string,
    part?: 'subtree' | 'ancestors' | 'metrics',
    query?: BoundsInput & Freshness & Parameters,
  ): Promise<ServerAnswer>;
  /** One document of a view. */
  document(view: string, key: string, query?: BoundsInput & Freshness & Parameters): Promise<ServerAnswer>;
  /** Documents of a view by its indexed fields: `{ stage: 'strong', 'sales.from': 3, sort: '-sales' }`. */
  find(
    view: string,
    query?: Freshness & Parameters,
  ): Promise<
    ServerAnswer<{
      readonly items: readonly { readonly key: string; readonly doc: JsonObject }[];
      readonly next?: string;
    }>
  >;
  /** Every analysis with its parameters. */
  analyses(): Promise<readonly JsonObject[]>;
  /** Runs an analysis. */
  analyse(name: string, query?: BoundsInput & Freshness & Parameters): Promise<JsonObject>;
  /**
   * Answers `timeline`, `loyalty`, `referrals` or `document` with a bundle that proves the answer, to be checked offline
   * with `rapport verify bundle`.
   * @example await writeFile('c-1.bundle', await client.prove('loyalty', { party: 'c-1', day: '2026-01-31' }))
   */
  prove(question: string, query?: Parameters): Promise<string>;
  /** Every kind of the server. */
  kinds(): Promise<readonly Pick<Kind, 'type' | 'family' | 'name' | 'version' | 'description'>[]>;
  /** Events after a position, in ledger order, up to where the ledger ends now. */
  feed(options?: { readonly after?: string; readonly types?: readonly string[] }): AsyncIterable<ShownEvent>;
  /**
   * Follows the ledger. Resumes by itself after the last event given. Without `after` it begins with what is recorded from
   * now on; a connection that breaks before its first event then begins anew: give `after` to miss nothing at all.
   * @example for await (const event of client.live({ after: '0', signal })) console.log(event.type)
   */
  live(options?: {
    readonly after?: string;
    readonly types?: readonly string[];
    readonly signal?: AbortSignal;
  }): AsyncIterable<ShownEvent>;
  /** Resolves once the views reflect this client's last own event. @throws RapportError `WAIT_TIMEOUT` */
  settle(timeoutMs?: number): Promise<void>;
  /** Position of this client's last own event. */
  readonly lastPosition: string | undefined;
}

/** What an erasure is asked with. */
export interface ErasureRequest {
  /** The id of who erases. */
  readonly by: string;
  /** Why: a request of the person, a retention period … No personal value. */
  readonly basis: string;
  /** The id of who approves, where a second person has to. */
  readonly approvedBy?: string;
  /** The day on which the person asked for it: `2026-03-30`. */
  readonly requestedOn?: string;
  /** Says what would be done, and does nothing. */
  readonly dryRun?: boolean;
}

/** What an erasure did, for each id that the party is made of. */
export interface ErasureReceipt {
  readonly party: string;
  readonly dryRun: boolean;
  readonly persons: readonly {
    readonly person: string;
    /** How many personal values nobody can read any more. */
    readonly parts: number;
    readonly erasedat?: string;
    readonly by?: string;
    readonly approvedBy?: string;
    readonly basis?: string;
    readonly keyid?: string;
    /** Where `PersonalDataErased` stands. */
    readonly position?: string;
  }[];
}

import {
  partyOfSubject,
  type Json,
  type JsonObject,
  type Money,
  type PersonalParts,
  type RecordedEvent,
  type Touchpoint,
} from './envelope.js';
import type { Result } from './errors.js';

/** A named, countable meaning of a touchpoint: what scores are made of. */
export interface Signal {
  /** Dotted lower-case name: `sale`, `complaint.major`, `referral.converted`. */
  readonly name: string;
  /** How many times; an integer, 1 unless said otherwise. */
  readonly count?: number;
  /** Money that goes with it, in minor units of its currency. */
  readonly amount?: Money;
}

/** The party in the stream and everybody that a payload names. The first is the subject's own party. */
export type PartyId = string;

/**
 * The life cycle of an episode: a fold over the events of one episode of one stream in their own time, and the decision
 * whether one more is possible.
 */
export interface Lifecycle<S = unknown> {
  /** Names the episode family: `complaint`, `negotiation`. Kinds that share it fold into the same state. */
  readonly name: string;
  /** The kinds that take part. */
  readonly types: readonly string[];
  /** Whether an event of these kinds must name an `episode`. */
  readonly episodeRequired: boolean;
  /**
   * The episode an event belongs to where its `episode` attribute alone does not say: referrals without one are grouped by
   * prospect. Unless given, the episode is `event.episode`. Undefined: the event stands alone, before it lies nothing.
   */
  readonly episodeOf?: (event: Touchpoint) => string | undefined;
  readonly initial: () => S;
  readonly evolve: (state: S, event: Touchpoint) => S;
  /** Whether the event is possible after the earlier events of its episode; `all` is the state after every known event. */
  readonly decide: (before: S, all: S, event: Touchpoint) => Result<void>;
  /** Whether the episode has events but not the one that begins it. */
  readonly awaitsBeginning: (state: S) => boolean;
  /** A short word for the stage the episode has reached: `open`, `closed`, `signed` … */
  readonly stage: (state: S) => string;
}

/** Everything that the ledger, the views and the documentation need to know of one kind. */
export interface Kind {
  /** `rapport.<family>.<name>.v<version>` */
  readonly type: string;
  readonly family: string;
  readonly name: string;
  readonly version: number;
  /** One sentence: what has happened when this kind is recorded. */
  readonly description: string;
  /** JSON Schema (2020-12) of the payload. */
  readonly schema: JsonObject;
  /** Pointers of the payload's personal fields; a `*` stands for every index of an array. */
  readonly personal: readonly string[];
  /** A complete example: also a test. */
  readonly example: Touchpoint;
  /** Checks a payload. The message of a rejection never holds a value of the payload. */
  readonly validate: (data: Json) => Result<JsonObject>;
  /** Makes what {@link validate} needs, which otherwise its first call does and takes some milliseconds for. */
  readonly prepare: () => void;
  /** One human sentence; reads no personal field. */
  readonly headline: (event: Touchpoint) => string;
  readonly signals: (event: Touchpoint) => readonly Signal[];
  /** Parties named in the payload beyond the subject and `data.parties`. */
  readonly names: (data: JsonObject) => readonly PartyId[];
  /** What the touchpoint does to others: `correction`, `void`, `merge` and `unmerge` are resolved in front of the views. */
  readonly effect: 'fact' | 'correction' | 'void' | 'merge' | 'unmerge';
  readonly lifecycle?: Lifecycle;
}

/** The registry of kinds, as the engine sees it. */
export interface Kinds {
  readonly all: readonly Kind[];
  /** The kind of a full type name; undefined when unknown. */
  readonly get: (type: string) => Kind | undefined;
}

/** Every party that an event names, without repeats; the stream's own party first. */
export function partiesOf(
  kind: Kind | undefined,
  event: Pick<Touchpoint, 'subject' | 'data'>,
): readonly PartyId[] {
  const own = partyOfSubject(event.subject);
  const others = event.data['parties'];
  const more = kind === undefined ? [] : kind.names(event.data);
  if (others === undefined && more.length === 0) return own === undefined ? [] : [own]; // as most are
  const named = new Set<PartyId>(own === undefined ? [] : [own]);
  if (Array.isArray(others)) for (const party of others as readonly { id: string }[]) named.add(party.id);
  for (const party of more) named.add(party);
  return [...named];
}

/**
 * The keys under which an event is found again: every party it names, and its own stream where that is about something
 * else than a party. A view's keys are among them.
 */
export function historyKeysOf(parties: readonly PartyId[], subject: string): readonly string[] {
  return subject.startsWith('relationship/') ? parties : [...parties, subject];
}

/** What an event says once corrections and merges are resolved; what views see. */
export interface EffectiveEvent extends Omit<RecordedEvent, 'correctsrevision' | 'correctstypes' | 'sealed'> {
  readonly kind: Kind;
  /** Whether the event has personal parts (their values are never given to a view). */
  readonly hasPersonal: boolean;
  /** Canonical ids (merges followed) of every party named; the stream's own first. */
  readonly parties: readonly PartyId[];
  /** Follows merges: the party that now stands for this id. */
  readonly canonical: (party: PartyId) => PartyId;
  /** The correction that counts, when there is one. */
  readonly correctedBy?: { readonly source: string; readonly id: string; readonly time: string };
}

export type { PersonalParts };

import { addIntegers, defineFold, partyOfSubject, type EffectiveEvent } from '@rapport/kernel';
import { kindTypes } from '../kind-types.js';

/** Introductions of one party that are listed one by one; further ones are only counted (`candidatesBeyond`). */
export const CANDIDATES_MAX = 100;

/** One introduction as it reached the introduced party. */
export type Introduction = {
  /** Who introduced. */
  readonly by: string;
  readonly via: 'referral' | 'recommendation';
  /** Place of the introduction in its own time; (time, source, id) orders introductions and so breaks circles. */
  readonly time: string;
  readonly source: string;
  readonly id: string;
  readonly subject: string;
  readonly episode?: string;
  /** Made: told us. Accepted, converted, rejected: what became of it. A recommendation stays `made`. */
  readonly state: 'made' | 'accepted' | 'converted' | 'rejected';
  /** Whether it was accepted before the first sale, or converted: what credit asks for. */
  readonly earnsCredit: boolean;
};

/** Money by currency, sorted by currency: minor units, a decimal text beyond 2^53. */
export type AmountPairs = readonly (readonly [string, number | string])[];

/** What the referral graph knows of one party: who introduced it, and how much it introduced itself. */
export type ReferralDocument = {
  /** The introduction that has the credit. */
  readonly introducedBy: Introduction | null;
  /** Every introduction made before the first sale, in its own time, at most {@link CANDIDATES_MAX}. */
  readonly candidates: readonly Introduction[];
  /** How many introductions are not listed: beyond the bound. */
  readonly candidatesBeyond: number;
  /** Introductions that came only after the first sale. */
  readonly late: number;
  readonly firstSaleAt: string | null;
  readonly sales: number;
  /** Value of sales less returns. */
  readonly value: AmountPairs;
  /** What this party did as one who introduces; the introduced stand in their own documents. */
  readonly made: {
    readonly referrals: number;
    readonly recommendations: number;
    readonly accepted: number;
    readonly converted: number;
    readonly rejected: number;
  };
};

/** A document on its way to the next: its members may be replaced, and are never changed inside. */
type Draft = { -readonly [member in keyof ReferralDocument]: ReferralDocument[member] };

const TYPES = kindTypes([
  'RecommendationMade',
  'ReferralMade',
  'ReferralAccepted',
  'ReferralConverted',
  'ReferralRejected',
  'SaleCompleted',
  'SaleReturned',
]);

/** The party whom an introduction is about, merges followed; undefined when it names nobody. */
export function introducedParty(event: EffectiveEvent): string | undefined {
  const named = event.kind.name === 'RecommendationMade' ? event.data['to'] : event.data['prospect'];
  return typeof named === 'string' ? event.canonical(named) : undefined;
}

function keys(event: EffectiveEvent): readonly string[] {
  const own = event.parties[0];
  if (own === undefined || partyOfSubject(event.subject) === undefined) return [];
  const other = introducedParty(event);
  return other === undefined || other === own || !event.parties.includes(other) ? [own] : [own, other];
}

const initial = (): ReferralDocument => ({
  introducedBy: null,
  candidates: [],
  candidatesBeyond: 0,
  late: 0,
  firstSaleAt: null,
  sales: 0,
  value: [],
  made: { referrals: 0, recommendations: 0, accepted: 0, converted: 0, rejected: 0 },
});

function evolve(doc: Draft, event: EffectiveEvent, key: string): ReferralDocument {
  switch (event.kind.name) {
    case 'SaleCompleted':
      doc.firstSaleAt ??= event.time;
      doc.sales++;
      doc.value = addMoney(doc.value, event, 1);
      return doc;
    case 'SaleReturned':
      doc.value = addMoney(doc.value, event, -1);
      return doc;
    default:
      return event.parties[0] === key ? madeBy(doc, event) : introducedWith(doc, event);
  }
}

/** The side of the party that introduces: counters only, so that a hub with 100,000 introductions has a small document. */
function madeBy(doc: Draft, event: EffectiveEvent): ReferralDocument {
  const counter = COUNTERS[event.kind.name];
  if (counter !== undefined) doc.made = { ...doc.made, [counter]: doc.made[counter] + 1 };
  return doc;
}

const COUNTERS: Readonly<Record<string, keyof ReferralDocument['made']>> = {
  ReferralMade: 'referrals',
  RecommendationMade: 'recommendations',
  ReferralAccepted: 'accepted',
  ReferralConverted: 'converted',
  ReferralRejected: 'rejected',
};

/** The side of the party that is introduced. */
function introducedWith(doc: ReferralDocument, event: EffectiveEvent): ReferralDocument {
  const state = STATES[event.kind.name];
  if (state !== undefined) return withState(doc, event, state);
  if (doc.firstSaleAt !== null) return { ...doc, late: doc.late + 1 };
  const isRecommendation = event.kind.name === 'RecommendationMade';
  if (isRecommendation && !recommends(event)) return doc;
  return withCandidate(
    doc,
    introduction(event, isRecommendation ? 'recommendation' : 'referral', 'made', false),
  );
}

const STATES: Readonly<Record<string, 'accepted' | 'converted' | 'rejected'>> = {
  ReferralAccepted: 'accepted',
  ReferralConverted: 'converted',
  ReferralRejected: 'rejected',
};

/** Advice against buying introduces nobody. */
function recommends(event: EffectiveEvent): boolean {
  const valence = event.data['valence'];
  return valence === undefined || valence === 'positive' || (typeof valence === 'number' && valence > 0);
}

function introduction(
  event: EffectiveEvent,
  via: Introduction['via'],
  state: Introduction['state'],
  earnsCredit: boolean,
): Introduction {
  return {
    by: event.parties[0] ?? '',
    via,
    time: event.time,
    source: event.source,
    id: event.id,
    subject: event.subject,
    ...(event.episode === undefined ? {} : { episode: event.episode }),
    state,
    earnsCredit,
  };
}

function withCandidate(doc: ReferralDocument, candidate: Introduction): ReferralDocument {
  if (doc.candidates.length >= CANDIDATES_MAX) return { ...doc, candidatesBeyond: doc.candidatesBeyond + 1 };
  return credited({ ...doc, candidates: [...doc.candidates, candidate] });
}

/**
 * What became of a referral. One whose making we do not list (it lies beyond the bound, or was never told) stands from
 * now on with its acceptance as its place.
 */
function withState(
  doc: ReferralDocument,
  event: EffectiveEvent,
  state: 'accepted' | 'converted' | 'rejected',
): ReferralDocument {
  const earns = (already: boolean): boolean =>
    already || state === 'converted' || (state === 'accepted' && doc.firstSaleAt === null);
  const index = doc.candidates.findIndex((one) => concerns(one, event));
  const known = doc.candidates[index];
  if (known === undefined) {
    if (state === 'rejected' || (state === 'accepted' && doc.firstSaleAt !== null)) return doc;
    return withCandidate(doc, introduction(event, 'referral', state, earns(false)));
  }
  // A conversion stands whatever is said later; a rejection takes the credit of a mere acceptance back.
  if (known.state === 'converted') return doc;
  const next: Introduction = {
    ...known,
    state,
    earnsCredit: state === 'rejected' ? false : earns(known.earnsCredit),
  };
  return credited({ ...doc, candidates: doc.candidates.with(index, next) });
}

/** Whether an event tells what became of this introduction. A rejected one is over: a later referral is a new attempt. */
const concerns = (one: Introduction, { episode, parties }: EffectiveEvent): boolean =>
  one.via === 'referral' &&
  one.state !== 'rejected' &&
  one.by === parties[0] &&
  (one.episode === undefined || episode === undefined || one.episode === episode);

/**
 * Credit: the earliest referral (by its own time) made before the first sale that was accepted before it or led to it;
 * where there is none, the earliest positive recommendation made before the first sale.
 */
function credited(doc: ReferralDocument): ReferralDocument {
  const introducedBy =
    doc.candidates.find((one) => one.earnsCredit) ??
    doc.candidates.find((one) => one.via === 'recommendation');
  return { ...doc, introducedBy: introducedBy ?? null };
}

function addMoney(value: AmountPairs, event: EffectiveEvent, sign: 1 | -1): AmountPairs {
  let next = value;
  for (const { amount } of event.kind.signals(event)) {
    if (amount === undefined) continue;
    const minor = sign * Math.abs(amount.amountMinor);
    const index = next.findIndex(([currency]) => currency >= amount.currency);
    const found = next[index];
    if (found?.[0] === amount.currency)
      next = next.with(index, [amount.currency, addIntegers(found[1], minor)]);
    else next = next.toSpliced(index === -1 ? next.length : index, 0, [amount.currency, minor]);
  }
  return next;
}

/**
 * Who introduced whom. An introduction stands in the document of the introduced party alone and is found from the other
 * side through the index `introducedBy`: a document is bounded by {@link CANDIDATES_MAX}, whoever the party is.
 */
export const referralGraph = defineFold<ReferralDocument>({
  name: 'referral-graph',
  version: 1,
  description: 'Who introduced this party, and what came of it?',
  handles: TYPES,
  keys,
  initial,
  evolve,
  indexes: [
    { name: 'introducedBy', type: 'text', of: (doc) => doc.introducedBy?.by },
    {
      name: 'introduced',
      type: 'integer',
      of: (doc) => doc.made.referrals + doc.made.recommendations || undefined,
    },
    { name: 'accepted', type: 'integer', of: (doc) => doc.made.accepted || undefined },
    { name: 'converted', type: 'integer', of: (doc) => doc.made.converted || undefined },
  ],
});

import type { JsonObject } from '@rapport/kernel';
import { randomOf } from './random.js';

/** Events for each party, on average. */
const EVENTS_PER_PARTY = 20;
/** Parties that one party at the root has brought in, directly or through others. */
export const REFERRAL_TREE_SIZE = 1_000;
const REFERRED_EACH = 4;
const FIRST_TIME_MS = Date.parse('2024-01-01T00:00:00.000Z');
const PERIOD_MS = 730 * 86_400_000;
/** One in so many plain events reaches the ledger days after it happened. */
const LATE_ONE_IN = 100;
const LATE_MS_MAX = 14 * 86_400_000;
const SOURCE = 'https://shop.example';

/** The party that introduced this one; undefined for the root of a tree. */
export function referrerOf(party: number): number | undefined {
  const place = party % REFERRAL_TREE_SIZE;
  return place === 0 ? undefined : party - place + Math.floor((place - 1) / REFERRED_EACH);
}

export const partyId = (party: number): string => `c-${party}`;

/**
 * So many touchpoints of a firm over two years, the same for the same seed: parties arrive one after the other, most of
 * them referred by an earlier one; they ask, buy, complain and answer surveys, some much more often than others.
 */
export function* touchpoints(count: number, seed = 1): Generator<JsonObject> {
  const random = randomOf(seed);
  const below = (bound: number): number => Math.floor(random() * bound);
  const parties = Math.max(1, Math.ceil(count / EVENTS_PER_PARTY));
  const stepMs = PERIOD_MS / count;
  const waiting: Draft[] = [];
  let born = 0;
  for (let number = 0; number < count; number++) {
    const timeMs = FIRST_TIME_MS + Math.floor(number * stepMs);
    let draft: Draft | undefined;
    if (born < parties && number >= born * EVENTS_PER_PARTY) waiting.push(...arrival(born++));
    if (waiting.length > 0 && (waiting.length > 64 || random() < 0.5)) draft = waiting.shift();
    if (draft === undefined) {
      const drafts = episode(Math.floor(born * random() * random()), number, below);
      draft = drafts[0] as Draft;
      waiting.push(...drafts.slice(1));
    }
    const late = draft.isPlain && below(LATE_ONE_IN) === 0 ? below(LATE_MS_MAX) : 0;
    yield touchpoint(draft, number, Math.max(FIRST_TIME_MS, timeMs - late));
  }
}

/** The same touchpoint without what somebody said: nothing in it is personal. */
export function withoutPersonal(touchpoint: JsonObject): JsonObject {
  const { text: _text, verbatim: _verbatim, ...data } = touchpoint['data'] as JsonObject;
  return { ...touchpoint, data };
}

interface Draft {
  readonly party: number;
  readonly kind: string;
  readonly data: JsonObject;
  readonly attributes?: JsonObject;
  /** Depends on no other event, so that it may be late. */
  readonly isPlain?: boolean;
}

function arrival(party: number): Draft[] {
  const opened: Draft = {
    party,
    kind: 'relationship.RelationshipOpened',
    data: { role: 'customer', mode: party % 10 === 0 ? 'b2b' : 'b2c' },
  };
  const referrer = referrerOf(party);
  if (referrer === undefined) return [opened];
  const data = { prospect: partyId(party) };
  return [
    { party: referrer, kind: 'referral.ReferralMade', data: { ...data, medium: 'link' } },
    { party: referrer, kind: 'referral.ReferralAccepted', data },
    opened,
  ];
}

function episode(party: number, number: number, below: (bound: number) => number): Draft[] {
  const dice = below(100);
  const about = { attributes: { channel: dice % 2 === 0 ? 'internet' : 'callCentre', direction: 'inbound' } };
  if (dice < 55) return [{ party, kind: 'sale.SaleCompleted', data: sale(below), ...about, isPlain: true }];
  if (dice < 80) {
    const case_ = { attributes: { ...about.attributes, episode: `inquiry-${number}` } };
    return [
      {
        party,
        kind: 'inquiry.InquiryReceived',
        data: { topic: TOPICS[below(TOPICS.length)] as string, text: 'Could you tell me more about it?' },
        ...case_,
      },
      {
        party,
        kind: 'inquiry.InquiryAnswered',
        data: { text: 'Here is what you asked for.', effortMinutes: 5 + below(20) },
        ...case_,
      },
    ];
  }
  if (dice < 90) {
    const score = below(11);
    return [
      {
        party,
        kind: 'survey.SurveyAnswered',
        data: { instrument: 'nps', score, scaleMin: 0, scaleMax: 10, verbatim: 'As I said on the phone.' },
        ...about,
        isPlain: true,
      },
    ];
  }
  const case_ = { attributes: { ...about.attributes, episode: `complaint-${number}` } };
  return [
    {
      party,
      kind: 'complaint.ComplaintReceived',
      data: {
        category: 'delivery',
        severity: SEVERITIES[below(SEVERITIES.length)] as string,
        text: 'It came too late.',
        sentiment: -1,
      },
      ...case_,
    },
    { party, kind: 'complaint.ComplaintAcknowledged', data: {}, ...case_ },
    { party, kind: 'complaint.ComplaintClosed', data: { satisfied: below(3) > 0 }, ...case_ },
  ];
}

const TOPICS = ['delivery times', 'prices', 'spare parts', 'training', 'guarantees'];
const SEVERITIES = ['minor', 'minor', 'major', 'critical'];
const ORIGINS = ['organic', 'repeat', 'campaign'];

function sale(below: (bound: number) => number): JsonObject {
  const line = {
    sku: `P-${100 + below(400)}`,
    quantity: 1 + below(3),
    unitPrice: { amountMinor: 990 + 10 * below(5_000), currency: 'EUR' },
  };
  return { lines: [line], origin: ORIGINS[below(ORIGINS.length)] as string };
}

const touchpoint = (
  { party, kind, data, attributes }: Draft,
  number: number,
  timeMs: number,
): JsonObject => ({
  specversion: '1.0',
  id: `e-${number}`,
  source: SOURCE,
  type: `rapport.${kind}.v1`,
  subject: `relationship/${partyId(party)}`,
  time: new Date(timeMs).toISOString(),
  ...attributes,
  data,
});

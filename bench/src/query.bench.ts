import { partyId, REFERRAL_TREE_SIZE } from './ledger/touchpoints.js';
import { randomOf } from './ledger/random.js';
import type { Bench, Figure } from './runner/bench.js';
import { runTask, serve } from './runner/task.js';

const EVENTS = 1_000_000;
const SECONDS = 10;
const PARTIES_ASKED = 500;

/** What the latency task answers. */
export interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly count: number;
  readonly bytesEach: number;
}

interface Question {
  readonly name: string;
  readonly path: (party: number) => string;
  readonly perSecond: number;
  readonly mustMs: number;
  readonly goalMs: number;
}

/** A page of a timeline: what the console and most callers ask for. */
export const timelinePath = (party: number): string => `/v1/parties/${partyId(party)}/timeline?limit=50`;

const QUESTIONS: readonly Question[] = [
  { name: 'query: timeline page', path: timelinePath, perSecond: 100, mustMs: 10, goalMs: 5 },
  {
    name: 'query: score with why',
    path: (party) => `/v1/parties/${partyId(party)}/loyalty/why`,
    perSecond: 100,
    mustMs: 10,
    goalMs: 5,
  },
  {
    name: 'query: subtree <= 1,000',
    path: (party) => `/v1/referrals/${partyId(party - (party % REFERRAL_TREE_SIZE))}/subtree`,
    perSecond: 20,
    mustMs: 40,
    goalMs: 20,
  },
];

/** Parties spread over the whole ledger, the same every time. */
export function someParties(events: number): readonly number[] {
  const random = randomOf(7);
  const parties = Math.max(1, Math.floor(events / 20));
  return Array.from({ length: PARTIES_ASKED }, () => Math.floor(random() * parties));
}

/** Reads over HTTP from a large ledger at rest. */
export const query: Bench = {
  name: 'query',
  measures: 'p99 of reads over HTTP from a ledger of 1,000,000 events, asked at a steady rate',
  run: async ({ events = EVENTS }, fixtures) => {
    const server = await serve(await fixtures.ledger(events));
    const figures: Figure[] = [];
    try {
      for (const { name, path, perSecond, mustMs, goalMs } of QUESTIONS) {
        const urls = someParties(events).map((party) => `${server.url}${path(party)}`);
        const { p50Ms, p99Ms, maxMs, count, bytesEach } = await runTask<Latencies>(
          'latency',
          { urls, perSecond, seconds: SECONDS, warmUps: 200 },
          120_000,
        );
        figures.push({
          name,
          unit: 'ms',
          value: p99Ms,
          must: { atMost: mustMs },
          goal: { atMost: goalMs },
          detail: {
            'p50 ms': p50Ms,
            'p99 ms': p99Ms,
            'max ms': maxMs,
            requests: count,
            'requests/s': perSecond,
            'bytes each': bytesEach,
            events,
          },
        });
      }
    } finally {
      await server.stop();
    }
    return figures;
  },
};

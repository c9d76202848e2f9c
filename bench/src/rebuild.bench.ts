import type { Bench } from './runner/bench.js';
import { median } from './runner/statistics.js';
import { runTask } from './runner/task.js';

const EVENTS = 1_000_000;
const TIMEOUT_MS = 30 * 60_000;

/** What the rebuild task answers. */
export interface Rebuilt {
  readonly ms: number;
  readonly events: number;
  readonly views: number;
  readonly floorMs: number;
  readonly floorEvents: number;
  readonly peakMb: number;
}

/** How far a rebuild is from only reading the events. */
export const rebuild: Bench = {
  name: 'rebuild',
  measures: 'all core views from zero, against reading and JSON.parse of the same events in the same process',
  run: async ({ events = EVENTS, rounds = 3 }, fixtures) => {
    const dataDir = await fixtures.ledger(events);
    const results: Rebuilt[] = [];
    for (let round = 0; round < rounds; round++)
      results.push(await runTask('rebuild', { dataDir, withFloor: true }, TIMEOUT_MS));
    const perSecond = median(results.map((one) => (one.events * 1_000) / one.ms));
    const floorPerSecond = median(results.map((one) => (one.floorEvents * 1_000) / one.floorMs));
    return [
      {
        name: 'rebuild',
        unit: 'ratio',
        value: median(results.map((one) => one.events / one.ms / (one.floorEvents / one.floorMs))),
        must: { atLeast: 0.2 },
        goal: { atLeast: 0.5 },
        detail: {
          'rebuilt events/s': perSecond,
          'read and parsed events/s': floorPerSecond,
          views: results[0]?.views ?? 0,
          events,
          rounds,
        },
      },
    ];
  },
};

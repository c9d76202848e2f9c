import type { Bench } from './runner/bench.js';
import { BUILD_TIMEOUT_MS } from './runner/fixtures.js';
import { median } from './runner/statistics.js';
import { runTask } from './runner/task.js';

const EVENTS = 1_000_000;
/** The sizes are the largest and its hundredth and tenth. */
const SHARES = [0.01, 0.1, 1];
const WARM_UP_EVENTS = 10_000;

/** Whether an event costs the same in a large ledger as in a small one. */
export const scale: Bench = {
  name: 'scale',
  measures: 'cost of an event, recorded and in all views, in ledgers of 10,000, 100,000 and 1,000,000 events',
  run: async ({ events = EVENTS, rounds = 3 }, fixtures) => {
    const microsecondsEach: number[] = [];
    for (const share of SHARES) {
      const size = Math.round(events * share);
      const all: number[] = [];
      // The largest takes longest and varies least: one round.
      for (let round = 0; round < (share === 1 ? 1 : rounds); round++) {
        const folder = fixtures.folder(`scale-${size}`);
        const { ms } = await runTask<{ readonly ms: number }>(
          'build-ledger',
          { dataDir: folder, events: size, warmUp: WARM_UP_EVENTS },
          BUILD_TIMEOUT_MS,
        );
        all.push((ms * 1_000) / size);
        if (share === 1) fixtures.adopt(size, folder);
      }
      microsecondsEach.push(median(all));
    }
    const [small = Number.NaN, middle = Number.NaN, large = Number.NaN] = microsecondsEach;
    return [
      {
        name: 'scale',
        unit: 'ratio',
        value: large / small,
        must: { atMost: 1.5 },
        goal: { atMost: 1.2 },
        detail: {
          [`µs/event at ${events / 100}`]: small,
          [`µs/event at ${events / 10}`]: middle,
          [`µs/event at ${events}`]: large,
        },
      },
    ];
  },
};

import type { Bench } from './runner/bench.js';
import { median } from './runner/statistics.js';
import { runTask } from './runner/task.js';

const EVENTS = 200_000;
const TIMEOUT_MS = 10 * 60_000;

/** What a leaf for every event costs, in the transaction that makes the event durable. */
export const seal: Bench = {
  name: 'seal',
  measures:
    'recording with events sealed, against the same recording with a constant in place of their leaves',
  run: async ({ events = EVENTS, rounds = 3 }, fixtures) => {
    const recorded = { sealed: [] as number[], unsealed: [] as number[] };
    for (let round = 0; round < rounds; round++)
      for (const way of ['unsealed', 'sealed'] as const) {
        const folder = fixtures.folder(`seal-${way}`);
        const { ms } = await runTask<{ readonly ms: number }>(
          'seal',
          { folder, isSealed: way === 'sealed', events },
          TIMEOUT_MS,
        );
        recorded[way].push((events * 1_000) / ms);
      }
    return [
      {
        name: 'seal',
        unit: 'ratio',
        value: median(
          recorded.unsealed.map((perSecond, round) => perSecond / (recorded.sealed[round] ?? Number.NaN)),
        ),
        must: { atMost: 1.25 },
        goal: { atMost: 1.15 },
        detail: {
          'sealed events/s': median(recorded.sealed),
          'unsealed events/s': median(recorded.unsealed),
          events,
          rounds,
        },
      },
    ];
  },
};

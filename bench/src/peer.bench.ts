import type { Bench, Figure } from './runner/bench.js';
import { installPeer } from './runner/peer-package.js';
import { median } from './runner/statistics.js';
import { runTask } from './runner/task.js';

const SECONDS = 6;
const ATTEMPTS_MAX = 5;

interface Appends {
  readonly perSecond: number;
  readonly failed: number;
  readonly settings: string;
}

const CASES = [
  { name: 'peer: single', callers: 32, batchSize: 1, must: 10, goal: 20 },
  { name: 'peer: batched', callers: 4, batchSize: 100, must: 1, goal: 1.5 },
] as const;

/** The same appends through the store that TypeScript developers would take otherwise. */
export const peer: Bench = {
  name: 'peer',
  measures:
    'appends through EventStore.append, against the same appends through @event-driven-io/emmett-sqlite at its best',
  run: async ({ rounds = 3 }, fixtures) => {
    installPeer();
    const figures: Figure[] = [];
    for (const { name, callers, batchSize, must, goal } of CASES) {
      let brokenOff = 0;
      const append = async (store: 'rapport' | 'emmett'): Promise<Appends> => {
        for (let attempt = 1; ; attempt++) {
          try {
            return await runTask<Appends>(
              'peer',
              { store, folder: fixtures.folder(`peer-${store}`), callers, batchSize, seconds: SECONDS },
              (SECONDS + 60) * 1_000,
            );
          } catch (error) {
            // Its driver now and then ends the process: SQLITE_BUSY as an event to which nobody listens.
            if (store === 'rapport' || attempt === ATTEMPTS_MAX) throw error;
            brokenOff++;
          }
        }
      };
      const ours: Appends[] = [];
      const theirs: Appends[] = [];
      for (let round = 0; round < rounds; round++) {
        ours.push(await append('rapport'));
        theirs.push(await append('emmett'));
      }
      figures.push({
        name,
        unit: 'ratio',
        value: median(ours.map((one, round) => one.perSecond / (theirs[round]?.perSecond ?? Number.NaN))),
        must: { atLeast: must },
        goal: { atLeast: goal },
        detail: {
          'Rapport events/s': median(ours.map((one) => one.perSecond)),
          'emmett-sqlite events/s': median(theirs.map((one) => one.perSecond)),
          'runs that emmett-sqlite broke off': brokenOff,
          'appends that emmett-sqlite failed': theirs.reduce((sum, { failed }) => sum + failed, 0),
          callers,
          'events an append': batchSize,
          Rapport: ours[0]?.settings ?? '',
          'emmett-sqlite 0.38.5': theirs[0]?.settings ?? '',
          rounds,
        },
      });
    }
    return figures;
  },
};

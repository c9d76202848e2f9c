import type { Rebuilt } from './rebuild.bench.js';
import type { Bench } from './runner/bench.js';
import { runTask } from './runner/task.js';

const EVENTS = 1_000_000;
const TIMEOUT_MS = 30 * 60_000;

/** Whether a rebuild needs memory for the ledger or only for a batch of it. */
export const memory: Bench = {
  name: 'memory',
  measures: 'the most memory (VmHWM) of a process that rebuilds every view of 1,000,000 events',
  run: async ({ events = EVENTS }, fixtures) => {
    const { peakMb, ms } = await runTask<Rebuilt>(
      'rebuild',
      { dataDir: await fixtures.ledger(events), withFloor: false },
      TIMEOUT_MS,
    );
    return [
      {
        name: 'memory',
        unit: 'MB',
        value: peakMb,
        must: { atMost: 512 },
        goal: { atMost: 256 },
        detail: { events, 'rebuild s': ms / 1_000 },
      },
    ];
  },
};

import type { Bench } from './runner/bench.js';
import { median } from './runner/statistics.js';
import { runTask } from './runner/task.js';

const ENTRIES = 200_000;
const TIMEOUT_MS = 10 * 60_000;

/** What the verify task answers. */
interface Verified {
  /** As `rapport verify log` does it: chains beside the tree. */
  readonly ms: number;
  /** All of it on one thread. */
  readonly oneThreadMs: number;
  readonly floorMs: number;
  readonly bytes: number;
  readonly peakMb: number;
}

/** How far the verification of a log is from only reading and hashing its bytes. */
export const verify: Bench = {
  name: 'verify',
  measures:
    'a whole exported log, verified, against reading and SHA-256 of the same files in the same process',
  run: async ({ events = ENTRIES, rounds = 5 }, fixtures) => {
    const folder = fixtures.folder('exported-log');
    const { verifierKey } = await runTask<{ readonly verifierKey: string }>(
      'build-log',
      { folder, entries: events },
      TIMEOUT_MS,
    );
    const results: Verified[] = [];
    for (let round = 0; round < rounds; round++)
      results.push(await runTask('verify', { folder, verifierKey }, TIMEOUT_MS));
    const perSecond = (msOf: (one: Verified) => number): number =>
      median(results.map((one) => one.bytes / 1e3 / msOf(one)));
    return [
      {
        name: 'verify',
        unit: 'ratio',
        value: median(results.map(({ floorMs, ms }) => floorMs / ms)),
        must: { atLeast: 0.2 },
        goal: { atLeast: 0.3 },
        detail: {
          'verified MB/s': perSecond(({ ms }) => ms),
          'on one thread MB/s': perSecond(({ oneThreadMs }) => oneThreadMs),
          'read and hashed MB/s': perSecond(({ floorMs }) => floorMs),
          'peak MB': Math.max(...results.map(({ peakMb }) => peakMb)),
          entries: events,
          MB: (results[0]?.bytes ?? 0) / 1e6,
          rounds,
        },
      },
    ];
  },
};

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Checkpoint } from '../note/checkpoint.js';
import type { BrokenChain } from '../tiles/verify-chains.js';

/** Where the compiled thread stands, also when this file runs from its source. */
const THREAD = new URL('./chains.thread.js', import.meta.url.replace('/src/', '/dist/'));

/** Chains that are followed beside other work. */
export interface ChainsBeside {
  /** The first broken one; undefined when all hold. */
  readonly broken: Promise<BrokenChain | undefined>;
  /** Ends the work, whether or not it is done. */
  stop(): Promise<void>;
}

/**
 * Follows the chains of a log in a folder of this machine in a thread of its own: hashing a log and reading its leaves take
 * about the same time.
 * @example chainsBeside('./exported')(checkpoint).broken
 */
export const chainsBeside =
  (folder: string) =>
  ({ origin, size }: Checkpoint): ChainsBeside => {
    const thread = new Worker(THREAD, { workerData: { folder, origin, size } });
    const broken = (async () => {
      const [{ broken: found }] = (await once(thread, 'message')) as [{ broken: BrokenChain | undefined }];
      return found;
    })();
    broken.catch(() => undefined); // whoever waits for it hears of it
    return { broken, stop: async () => void (await thread.terminate()) };
  };

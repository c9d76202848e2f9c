import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { BundleReading } from '../tiles/bundle-reading.js';
import type { BundlesAhead } from '../tiles/bundles-ahead.js';
import { TILE_WIDTH } from '../tiles/tile.js';
import type { BundlesWanted } from './bundles.thread.js';
import { BUNDLES_MAX, SharedBundles } from './shared-bundles.js';

/** Where the compiled thread stands, also when this file runs from its source. */
const THREAD = new URL('./bundles.thread.js', import.meta.url.replace('/src/', '/dist/'));
/** A smaller log is done before a thread has started. */
const ENTRIES_MIN = 20_000;
/** Two hash faster than one can read leaves and follow their chains. */
const THREADS_MAX = 2;

/**
 * Reads the bundles of a log in a folder of this machine ahead, in threads of their own where there are cores for them: for
 * one verification.
 * @example checkLog(localFiles, { log, key, chains: true, ahead: readAhead(log) })
 */
export const readAhead = (folder: string): ReadAhead => new ReadAhead(folder);

/** Threads that read ahead. */
export class ReadAhead implements BundlesAhead {
  private readonly threads: Worker[] = [];
  private shared: SharedBundles | undefined;
  private due = 0;
  private end = 0;
  private failure: Error | undefined;

  /** @param thread what runs in the threads */
  constructor(
    private readonly folder: string,
    private readonly thread = THREAD,
  ) {}

  pass(size: number): void {
    this.due = this.end;
    this.end += Math.ceil(size / TILE_WIDTH);
    if (size < ENTRIES_MIN || this.end > BUNDLES_MAX) this.shared = undefined;
    else {
      this.shared ??= this.start(size);
      this.shared.ask(this.end);
    }
  }

  take(): BundleReading | undefined {
    return this.shared?.take(this.due++);
  }

  /**
   * Ends the threads, whatever they do.
   * @throws Error when one ended by itself: it must not be slow for ever without anybody hearing of it
   */
  async stop(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.terminate()));
    if (this.failure !== undefined) throw this.failure;
  }

  private start(size: number): SharedBundles {
    const shared = new SharedBundles();
    const wanted: BundlesWanted = { folder: this.folder, size, buffer: shared.buffer };
    for (let count = Math.min(availableParallelism() - 1, THREADS_MAX); count > 0; count--) {
      const thread = new Worker(this.thread, { workerData: wanted });
      thread.on('error', (error) => (this.failure ??= error));
      this.threads.push(thread);
    }
    return shared;
  }
}

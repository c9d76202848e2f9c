import type { RebuildProgress } from '../ledger.js';

/** How far a rebuild is, and when it will be done if it goes on like this. */
export function progressOf(done: number, total: number, elapsedMs: number): RebuildProgress {
  const eventsPerSecond = elapsedMs === 0 ? 0 : Math.round((done * 1000) / elapsedMs);
  return {
    done,
    total,
    eventsPerSecond,
    etaSeconds: eventsPerSecond === 0 ? 0 : Math.ceil((total - done) / eventsPerSecond),
  };
}

import type { RegisteredWorker } from '@rapport/store-mongodb';

/** Tells which of the registered workers live: those that have told since this process last looked for long enough. */
export class LivingWorkers {
  private readonly seen = new Map<string, { readonly beats: number; readonly atMs: number }>();

  /**
   * @param silenceMsMax how long a living worker may be silent
   * @param now milliseconds on a clock of this process that only goes forward: no two clocks are compared
   */
  constructor(
    private readonly silenceMsMax: number,
    private readonly now: () => number,
  ) {}

  /** Takes in what is registered now; gives those that live, and those that have been silent for very long. */
  look(registered: readonly RegisteredWorker[]): {
    readonly living: readonly RegisteredWorker[];
    readonly dead: readonly RegisteredWorker[];
  } {
    const nowMs = this.now();
    const living: RegisteredWorker[] = [];
    const dead: RegisteredWorker[] = [];
    for (const worker of registered) {
      const before = this.seen.get(worker.owner);
      if (before?.beats !== worker.beats) this.seen.set(worker.owner, { beats: worker.beats, atMs: nowMs });
      const silentMs = nowMs - (this.seen.get(worker.owner)?.atMs ?? nowMs);
      if (silentMs <= this.silenceMsMax) living.push(worker);
      else if (silentMs > this.silenceMsMax * SILENCES_UNTIL_DEAD) dead.push(worker);
    }
    for (const owner of this.seen.keys())
      if (!registered.some((worker) => worker.owner === owner)) this.seen.delete(owner);
    return { living, dead };
  }
}

/** One that was frozen and comes back registers again by itself. */
const SILENCES_UNTIL_DEAD = 20;

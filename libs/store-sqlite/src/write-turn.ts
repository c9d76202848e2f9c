/** Whoever waits longer goes on: SQLite's own lock then says who may write. */
const WAIT_MS_MAX = 2_000;

const FREE = 0;
const TAKEN = 1;

/**
 * Lets threads of one process write the same file in turn. SQLite's own lock would do so too, but who meets it taken
 * sleeps for a while and looks again; here the next one is woken at once.
 */
export class WriteTurn {
  private readonly state: Int32Array;

  /** @param shared made by {@link newTurn}, the same for every thread */
  constructor(shared: SharedArrayBuffer) {
    this.state = new Int32Array(shared);
  }

  take(): void {
    const until = performance.now() + WAIT_MS_MAX;
    while (Atomics.compareExchange(this.state, 0, FREE, TAKEN) !== FREE) {
      const leftMs = until - performance.now();
      if (leftMs <= 0) return;
      Atomics.wait(this.state, 0, TAKEN, leftMs);
    }
  }

  release(): void {
    Atomics.store(this.state, 0, FREE);
    Atomics.notify(this.state, 0, 1);
  }
}

/** What threads share to write in turn. */
export const newTurn = (): SharedArrayBuffer => new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);

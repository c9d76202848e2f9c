/** How often other processes' commits are looked for while somebody waits. */
const POLL_MS = 25;

/** Tells followers that the ledger has grown: at once when this process wrote, by looking when another one did. */
export class News {
  private readonly waiting = new Set<{
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
  }>();
  private timer: NodeJS.Timeout | undefined;
  private seen: number | undefined;

  /** @param look gives a number that changes whenever another connection has written */
  constructor(private readonly look: () => number) {}

  /** Wakes everyone who waits. */
  tell(): void {
    for (const { resolve } of this.take()) resolve();
  }

  /** Ends all waiting with an error: the store breaks or closes. */
  fail(error: unknown): void {
    for (const { reject } of this.take()) reject(error);
  }

  /** Resolves when there may be something new, or when the signal aborts. */
  async next(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.timer ??= setInterval(() => this.poll(), POLL_MS);
    let abort = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const waiter = { resolve, reject };
        this.waiting.add(waiter);
        abort = () => {
          this.waiting.delete(waiter);
          resolve();
        };
        signal.addEventListener('abort', abort, { once: true });
      });
    } finally {
      signal.removeEventListener('abort', abort);
      this.restWhenAlone();
    }
  }

  private poll(): void {
    try {
      const now = this.look();
      if (now === this.seen) return;
      this.seen = now;
      this.tell();
    } catch (error) {
      this.fail(error);
    }
  }

  private take(): { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] {
    const waiting = [...this.waiting];
    this.waiting.clear();
    return waiting;
  }

  private restWhenAlone(): void {
    if (this.waiting.size > 0 || this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

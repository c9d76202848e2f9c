import type { Appended, EventToAppend } from '@rapport/ledger';

/** An append that waits for its commit. */
export interface QueuedAppend {
  readonly stream: string;
  /** The revision expected as the stream's last; −1 for none. */
  readonly expected: number;
  readonly events: readonly EventToAppend[];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** What became of one append of a group: each stands or falls on its own, but none before all are durable. */
export type Outcome = { readonly appended: Appended } | { readonly error: unknown };

/** Commits the first appends of a queue together; gives one outcome for each of them, in order. */
export type CommitGroup = (queue: readonly QueuedAppend[]) => readonly Outcome[];

/**
 * Gathers appends that arrive while others are on their way, so that one flush of the disk makes many durable: an append
 * costs the latency of one flush, and all together have the throughput of large commits.
 */
export class GroupCommit {
  private queue: QueuedAppend[] = [];
  private scheduled: Promise<void> | undefined;

  /** @param commit writes as many as fit into one transaction; throws when nothing of them was written */
  constructor(private readonly commit: CommitGroup) {}

  add(append: QueuedAppend): void {
    this.queue.push(append);
    this.scheduled ??= this.flushSoon();
  }

  /** Resolves once everything added so far has its outcome. */
  async drained(): Promise<void> {
    while (this.scheduled !== undefined) await this.scheduled;
  }

  private async flushSoon(): Promise<void> {
    do {
      // Lets every request of this turn of the event loop join, and other work run between two commits.
      await new Promise((resolve) => setImmediate(resolve));
      this.flush();
    } while (this.queue.length > 0);
    this.scheduled = undefined;
  }

  private flush(): void {
    const queue = this.queue;
    let outcomes: readonly Outcome[];
    try {
      outcomes = this.commit(queue);
    } catch (error) {
      // What was asked while the store failed may have been judged by events that were then rolled back: all fail alike.
      this.queue = [];
      for (const { reject } of queue) reject(error);
      return;
    }
    this.queue = outcomes.length < queue.length ? queue.slice(outcomes.length) : [];
    outcomes.forEach((outcome, index) => {
      const append = queue[index];
      if ('error' in outcome) append?.reject(outcome.error);
      else append?.resolve(outcome.appended);
    });
  }
}

import type { AppendOutcome, EventToAppend } from '@rapport/ledger';
import { answerLength, outcomeOf, type Answers } from './event-answers.js';

/**
 * A group takes no more appends once it holds so many events or so much text (UTF-16 units). Larger ones write a little
 * less, and leave whoever waits for them with nothing to do meanwhile.
 */
const GROUP_EVENTS_MAX = 2_048;
const GROUP_UNITS_MAX = 1_048_576;
/**
 * While a group is made durable a large one waits at the writer, so that it need not wait for this thread. A small one
 * waits here and grows: each group costs a flush of the disk, and two threads a turn.
 */
const GROUPS_UNDER_WAY_MAX = 2;
const SECOND_GROUP_EVENTS_MIN = 256;

/** An event on its way into the file. One that comes from another ledger brings its salt; all others are given one. */
export type EventToWrite = EventToAppend & { readonly salt?: Uint8Array };

/** Events for one stream, all or none. */
export interface Append {
  readonly stream: string;
  /** The revision expected as the stream's last; −1 for none. */
  readonly expected: number;
  readonly events: readonly EventToWrite[];
}

/** An append that waits for its commit. */
export interface QueuedAppend extends Append {
  readonly call: AppendCall;
  /** Its place among those of its call. */
  readonly place: number;
}

/** Appends that were asked for together, and what became of each so far. */
export class AppendCall {
  readonly answered: Promise<readonly AppendOutcome[]>;
  private readonly outcomes: AppendOutcome[];
  private left: number;
  private finish: (outcomes: readonly AppendOutcome[]) => void = () => undefined;

  constructor(count: number) {
    this.outcomes = new Array<AppendOutcome>(count);
    this.left = count;
    this.answered = new Promise((resolve) => (this.finish = resolve));
    if (count === 0) this.finish(this.outcomes);
  }

  answer(place: number, outcome: AppendOutcome): void {
    this.outcomes[place] = outcome;
    if (--this.left === 0) this.finish(this.outcomes);
  }
}

/** Whatever makes appends durable: in this thread at once, or in another one. */
export interface AppendWriter {
  /**
   * Commits the first of these together, and answers those: all of them, unless it commits before it returns. Throws, or
   * rejects, when nothing of them was written. What it is asked before it has answered comes after that.
   */
  commit(appends: readonly Append[]): Answers | Promise<Answers>;
  /** Is not asked any more. */
  close(): Promise<void>;
}

/**
 * Gathers appends that arrive while others are on their way, so that one flush of the disk makes many durable: an append
 * costs the latency of one flush, and all together have the throughput of large commits.
 */
export class GroupCommit {
  private queue: QueuedAppend[] = [];
  private queuedEvents = 0;
  private isScheduled = false;
  private underWay = 0;
  private readonly drains: (() => void)[] = [];

  /** @param onCommitted called after each commit, before its appends are told */
  constructor(
    private readonly writer: AppendWriter,
    private readonly onCommitted: () => void,
  ) {}

  add(append: QueuedAppend): void {
    this.queue.push(append);
    this.queuedEvents += append.events.length;
    this.schedule();
  }

  /** Resolves once everything added so far has its outcome. */
  async drained(): Promise<void> {
    if (this.isScheduled || this.underWay > 0)
      await new Promise<void>((resolve) => this.drains.push(resolve));
  }

  private schedule(): void {
    if (this.isScheduled || this.underWay >= GROUPS_UNDER_WAY_MAX) return;
    if (this.queuedEvents < (this.underWay === 0 ? 1 : SECOND_GROUP_EVENTS_MIN)) return;
    this.isScheduled = true;
    // Lets every request of this turn of the event loop join, and other work run between two commits.
    setImmediate(() => void this.flush());
  }

  private async flush(): Promise<void> {
    this.isScheduled = false;
    this.underWay++;
    if (this.queue.length > 0) await this.commit(this.takeGroup()); // a failure may have taken what was there
    this.underWay--;
    this.schedule();
    if (!this.isScheduled && this.underWay === 0) for (const resolve of this.drains.splice(0)) resolve();
  }

  private async commit(group: readonly QueuedAppend[]): Promise<void> {
    let answers: Answers;
    try {
      const committing = this.writer.commit(group);
      this.schedule();
      answers = await committing;
    } catch (error) {
      // What was asked while the store failed may have been judged by events that were then rolled back: it fails alike.
      // A group that is at the writer already is judged there, by the revisions it expects.
      const failed = [...group, ...this.queue];
      this.queue = [];
      this.queuedEvents = 0;
      for (const { call, place } of failed) call.answer(place, { error });
      return;
    }
    this.onCommitted();
    const answered = tell(group, answers);
    if (answered === group.length) return;
    const left = group.slice(answered);
    this.queue = [...left, ...this.queue];
    for (const { events } of left) this.queuedEvents += events.length;
  }

  private takeGroup(): readonly QueuedAppend[] {
    const { queue } = this;
    let count = 0;
    let events = 0;
    let units = 0;
    while (count < queue.length && events < GROUP_EVENTS_MAX && units < GROUP_UNITS_MAX) {
      const append = queue[count++] as QueuedAppend;
      events += append.events.length;
      for (const { body } of append.events) units += body.length;
    }
    this.queue = queue.slice(count);
    this.queuedEvents -= events;
    return count === queue.length ? queue : queue.slice(0, count);
  }
}

/** Tells the first appends of a group what became of them; gives how many those were. */
function tell(group: readonly QueuedAppend[], answers: Answers): number {
  let count = 0;
  for (let at = 0; at < answers.length; count++) {
    const append = group[count] as QueuedAppend;
    append.call.answer(append.place, outcomeOf(append, answers, at));
    at += answerLength(append, answers, at);
  }
  return count;
}

import { backoffMs, isTooLarge, isTransient, pause } from './backoff.js';
import type { CompleteEvent } from './event-input.js';
import type { Outcome } from './outcome.js';
import { RapportError } from './rapport-error.js';

/** How a recorder gathers and sends. */
export interface RecorderOptions {
  /** Events sent together at most. @default 500 */
  readonly batchMax?: number;
  /** An event waits at most so long for others before it is sent. @default 200 */
  readonly ageMsMax?: number;
  /** Events held at most; beyond it `record()` waits. @default 10000 */
  readonly bufferMax?: number;
  /** Keeps trying an unreachable server for so long, then `flush()` throws; the events stay in the buffer. @default 300000 */
  readonly giveUpAfterMs?: number;
  /** What became of each event, in order. */
  readonly onOutcome?: (event: CompleteEvent, outcome: Outcome) => void;
}

/** What became of the events of a recorder so far. */
export interface RecorderCounts {
  readonly recorded: number;
  readonly duplicate: number;
  readonly rejected: number;
  /** Still in the buffer. */
  readonly waiting: number;
}

/** Sends one batch once. */
export type SendBatch = (events: readonly CompleteEvent[]) => Promise<readonly Outcome[]>;

/** Gathers events and sends them in order, in batches, with the same ids until the server has answered: nothing is lost or doubled. */
export class Recorder {
  private readonly buffer: CompleteEvent[] = [];
  private readonly room: (() => void)[] = [];
  private readonly counted = { recorded: 0, duplicate: 0, rejected: 0 };
  private readonly limits: Required<Omit<RecorderOptions, 'onOutcome'>>;
  private sending: Promise<void> | undefined;
  private failure: Error | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(
    private readonly sendBatch: SendBatch,
    private readonly options: RecorderOptions,
  ) {
    const { batchMax = 500, ageMsMax = 200, bufferMax = 10_000, giveUpAfterMs = 300_000 } = options;
    this.limits = { batchMax, ageMsMax, bufferMax: Math.max(bufferMax, batchMax), giveUpAfterMs };
  }

  get counts(): RecorderCounts {
    return { ...this.counted, waiting: this.buffer.length };
  }

  /**
   * Takes an event; waits while the buffer is full.
   * @throws RapportError `SHUTTING_DOWN` when closed; the last failure when sending was given up and the buffer is full
   */
  async add(event: CompleteEvent): Promise<void> {
    while (this.buffer.length >= this.limits.bufferMax && !this.closed) {
      if (this.failure !== undefined && this.sending === undefined) throw this.failure;
      this.start();
      await new Promise<void>((resolve) => this.room.push(resolve));
    }
    if (this.closed) throw new RapportError('SHUTTING_DOWN', 'The recorder is closed: make another one.');
    this.buffer.push(event);
    if (this.buffer.length >= this.limits.batchMax) this.start();
    else this.timer ??= setTimeout(() => this.start(), this.limits.ageMsMax);
  }

  /**
   * Sends everything taken so far.
   * @throws RapportError when the server could not be reached or refused a whole batch; the events stay in the buffer
   */
  async flush(): Promise<RecorderCounts> {
    this.failure = undefined;
    this.start();
    while (this.sending !== undefined) await this.sending;
    const failure = this.lastFailure();
    if (failure !== undefined) throw failure;
    return this.counts;
  }

  /** Takes no more events and sends those it has. */
  async close(): Promise<RecorderCounts> {
    this.closed = true;
    this.makeRoom();
    return this.flush();
  }

  private lastFailure(): Error | undefined {
    return this.failure;
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.sending !== undefined || this.buffer.length === 0) return;
    this.failure = undefined;
    this.sending = this.drain()
      .catch((error: unknown) => {
        this.failure = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        this.sending = undefined;
        this.makeRoom();
      });
  }

  private async drain(): Promise<void> {
    let size = this.limits.batchMax;
    while (this.buffer.length > 0) {
      const batch = this.buffer.slice(0, size);
      const outcomes = await this.untilAnswered(batch);
      if (outcomes === 'tooLarge') {
        size = Math.ceil(batch.length / 2);
        continue;
      }
      this.buffer.splice(0, batch.length);
      batch.forEach((event, index) => this.settle(event, outcomes[index]));
      this.makeRoom();
    }
  }

  private settle(event: CompleteEvent, outcome: Outcome | undefined): void {
    if (outcome === undefined)
      throw new RapportError(
        'INTERNAL',
        'The server answered with fewer outcomes than events: check its version.',
      );
    this.counted[outcome.status]++;
    this.options.onOutcome?.(event, outcome);
  }

  private async untilAnswered(batch: readonly CompleteEvent[]): Promise<readonly Outcome[] | 'tooLarge'> {
    const startedMs = performance.now();
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.sendBatch(batch);
      } catch (error) {
        if (isTooLarge(error)) {
          if (batch.length > 1) return 'tooLarge';
          return [{ status: 'rejected', rejection: error.rejection }];
        }
        const waitMs = backoffMs(attempt);
        if (!isTransient(error) || performance.now() - startedMs + waitMs > this.limits.giveUpAfterMs)
          throw error;
        await pause(waitMs);
      }
    }
  }

  private makeRoom(): void {
    for (const resolve of this.room.splice(0)) resolve();
  }
}

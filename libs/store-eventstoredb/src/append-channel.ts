import { randomUUID } from 'node:crypto';
import type { AppendCall } from './connection.js';
import { failureOf, Interrupted } from './failures.js';
import { within } from './within.js';
import { decodeAppendAnswer, type AppendAnswer } from './wire/append-answer.js';
import { encodeAppend, type AppendRequest } from './wire/append-request.js';

interface Waiting {
  readonly resolve: (answer: AppendAnswer) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Appends over one stream of calls, which is opened when it is needed and again after it broke. They reach the server in
 * the order in which they are sent; each has its answer, or fails, within its own time.
 */
export class AppendChannel {
  private lane: Promise<Lane> | undefined;

  /** @param open opens a stream of calls */
  constructor(private readonly open: () => Promise<AppendCall>) {}

  /**
   * Sends an append once.
   * @throws Interrupted when its outcome is not known; RapportError when the server refuses such calls
   */
  async send(request: AppendRequest, timeoutMs: number): Promise<AppendAnswer> {
    const until = performance.now() + timeoutMs;
    const lane = await within(this.opened(), timeoutMs);
    return lane.send(request, Math.max(1, until - performance.now()));
  }

  close(): void {
    this.lane?.then((lane) => lane.fail(new Interrupted('it was closed'))).catch(() => undefined);
  }

  private opened(): Promise<Lane> {
    if (this.lane !== undefined) return this.lane;
    const lane: Promise<Lane> = this.open().then(
      (call) =>
        new Lane(call, () => {
          if (this.lane === lane) this.lane = undefined;
        }),
    );
    lane.catch(() => {
      if (this.lane === lane) this.lane = undefined;
    });
    return (this.lane = lane);
  }
}

/** One stream of calls, until it breaks. */
class Lane {
  private readonly waiting = new Map<string, Waiting>();
  private heardAt = 0;
  private broken: Error | undefined;

  constructor(
    private readonly call: AppendCall,
    private readonly onBroken: () => void,
  ) {
    call.on('data', (bytes: Buffer) => this.hear(bytes));
    call.on('error', (error: unknown) => this.fail(failureOf(error, 'append')));
    call.on('end', () => this.fail(new Interrupted('the server has ended the connection')));
  }

  send(request: AppendRequest, timeoutMs: number): Promise<AppendAnswer> {
    return new Promise((resolve, reject) => {
      if (this.broken !== undefined) return reject(this.broken);
      const correlationId = randomUUID();
      const sentAt = performance.now();
      const timer = setTimeout(() => this.timeOut(correlationId, sentAt, timeoutMs), timeoutMs);
      this.waiting.set(correlationId, { resolve, reject, timer });
      this.call.write(encodeAppend(request, correlationId, timeoutMs));
    });
  }

  /** Ends the stream: everything that waits has an unknown outcome. */
  fail(error: Error): void {
    if (this.broken !== undefined) return;
    this.broken = error;
    this.onBroken();
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.waiting.clear();
    this.call.cancel();
  }

  private hear(bytes: Buffer): void {
    this.heardAt = performance.now();
    let heard: ReturnType<typeof decodeAppendAnswer>;
    try {
      heard = decodeAppendAnswer(bytes);
    } catch (error) {
      return this.fail(new Interrupted('an answer of the server cannot be read', { cause: error }));
    }
    const { correlationId, answer } = heard;
    const found = this.waiting.get(correlationId);
    if (found === undefined) return; // it came after its time-out
    this.waiting.delete(correlationId);
    clearTimeout(found.timer);
    found.resolve(answer);
  }

  private timeOut(correlationId: string, sentAt: number, timeoutMs: number): void {
    const error = new Interrupted(`no answer within ${Math.round(timeoutMs)} ms`);
    // Nothing at all came in since: the connection hangs, and what is written to it only piles up.
    if (this.heardAt < sentAt) return this.fail(error);
    this.waiting.get(correlationId)?.reject(error);
    this.waiting.delete(correlationId);
  }
}

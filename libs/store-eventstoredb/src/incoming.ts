import type { ReadCall } from './connection.js';
import { failureOf, Interrupted } from './failures.js';
import { decodeReadAnswer, type ServerEvent } from './wire/read-answer.js';

/** What a read gives: events, as many as are there at once; undefined when the stream that was read does not exist. */
export type Incoming = readonly ServerEvent[] | undefined;

export interface IncomingOptions {
  /** For messages about failures: to what end it reads. */
  readonly doing: string;
  /** Fails when nothing comes in for so long while somebody waits. */
  readonly silenceMsMax?: number;
  /** Ends the read. */
  readonly signal?: AbortSignal;
}

/** At most so many events are handed over at once. */
const EVENTS_AT_ONCE_MAX = 256;

/**
 * The events that come in on a call, which is cancelled when whoever iterates stops.
 * @throws RapportError | Interrupted when it breaks, after everything that came in before
 */
export async function* incoming(call: ReadCall, options: IncomingOptions): AsyncGenerator<Incoming> {
  const { doing, silenceMsMax, signal } = options;
  const state = new CallState(call);
  const abort = (): void => state.news();
  signal?.addEventListener('abort', abort);
  try {
    while (signal?.aborted !== true) {
      const answers = taken(call);
      if (answers === undefined) yield undefined;
      else if (answers.length > 0) yield answers;
      else if (state.error !== undefined) throw failureOf(state.error, doing);
      else if (state.hasEnded) return;
      else await state.next(silenceMsMax);
    }
  } catch (error) {
    if (error instanceof RangeError)
      throw new Interrupted('an answer of the server cannot be read', { cause: error });
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    call.cancel();
  }
}

/** What has come in already. */
function taken(call: ReadCall): Incoming {
  const events: ServerEvent[] = [];
  while (events.length < EVENTS_AT_ONCE_MAX) {
    const bytes = call.read() as Buffer | null;
    if (bytes === null) return events;
    const answer = decodeReadAnswer(bytes);
    if (answer.kind === 'streamNotFound') return undefined;
    if (answer.kind === 'event') events.push(answer.event);
  }
  return events;
}

/** What a call has told so far; its listeners stay for as long as it lives, since an unheard error ends the process. */
class CallState {
  error: unknown;
  hasEnded = false;
  private isNew = false;
  private wake: () => void = () => undefined;

  constructor(call: ReadCall) {
    call.on('readable', () => this.news());
    call.on('error', (error: unknown) => {
      this.error = error;
      this.news();
    });
    for (const end of ['end', 'close'] as const)
      call.on(end, () => {
        this.hasEnded = true;
        this.news();
      });
  }

  news(): void {
    this.isNew = true;
    this.wake();
  }

  /** Waits for something new. @throws Interrupted after so long without */
  async next(silenceMsMax?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.isNew)
      await new Promise<void>((resolve, reject) => {
        this.wake = resolve;
        if (silenceMsMax !== undefined)
          timer = setTimeout(
            () => reject(new Interrupted(`no answer within ${silenceMsMax} ms`)),
            silenceMsMax,
          );
      }).finally(() => clearTimeout(timer));
    this.isNew = false;
    this.wake = () => undefined;
  }
}

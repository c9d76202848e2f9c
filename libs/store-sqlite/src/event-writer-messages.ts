import { RapportError, type ErrorCode } from '@rapport/kernel';
import type { EventToAppend } from '@rapport/ledger';
import type { Answers } from './event-answers.js';
import type { Append } from './group-commit.js';

/**
 * A group of appends in two flat lists, which cross to another thread several times cheaper than objects do, and numbers
 * of their own cheaper still than among texts. `texts` holds for each append its stream, then for each of its events its
 * id and its body; `numbers` for each append its expected revision and number of events, then for each of those the place
 * of its type in `types`, and its recorded time.
 */
export interface GroupMessage {
  readonly types: readonly string[];
  readonly texts: readonly string[];
  readonly numbers: Float64Array;
}

/** Asks the writer to end, in the place of a group. */
export const CLOSE = null;

/** The answer to a group: what became of its appends, or why nothing of it was written. */
export type AnswerMessage = Answers | FailureMessage;

export interface FailureMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly facts: RapportError['facts'];
  /** In words: the driver's own error does not survive the crossing. */
  readonly cause: string;
}

export function groupMessage(appends: readonly Append[]): GroupMessage {
  let eventCount = 0;
  for (const { events } of appends) eventCount += events.length;
  const types = new Map<string, number>();
  const texts = new Array<string>(appends.length + 2 * eventCount);
  const numbers = new Float64Array(2 * (appends.length + eventCount));
  let textAt = 0;
  let numberAt = 0;
  for (const { stream, expected, events } of appends) {
    texts[textAt++] = stream;
    numbers[numberAt++] = expected;
    numbers[numberAt++] = events.length;
    for (const { id, type, body, recordedAtMs } of events) {
      let place = types.get(type);
      if (place === undefined) types.set(type, (place = types.size));
      texts[textAt++] = id;
      texts[textAt++] = body;
      numbers[numberAt++] = place;
      numbers[numberAt++] = recordedAtMs;
    }
  }
  return { types: [...types.keys()], texts, numbers };
}

export function appendsIn({ types, texts, numbers }: GroupMessage): readonly Append[] {
  const appends: Append[] = [];
  let textAt = 0;
  for (let numberAt = 0; numberAt < numbers.length;) {
    const stream = texts[textAt++] as string;
    const expected = numbers[numberAt++] as number;
    const events = new Array<EventToAppend>(numbers[numberAt++] as number);
    for (let place = 0; place < events.length; place++)
      events[place] = {
        id: texts[textAt++] as string,
        body: texts[textAt++] as string,
        type: types[numbers[numberAt++] as number] as string,
        recordedAtMs: numbers[numberAt++] as number,
      };
    appends.push({ stream, expected, events });
  }
  return appends;
}

export function failureMessage(error: unknown): FailureMessage {
  const { code, message, facts, cause } =
    error instanceof RapportError
      ? error
      : new RapportError('INTERNAL', 'The writer of the ledger failed.', { cause: error });
  return { code, message, facts, cause: String(cause) };
}

export const failureIn = ({ code, message, facts, cause }: FailureMessage): RapportError =>
  new RapportError(code, message, { facts, cause: new Error(cause) });

import { RapportError, type ErrorCode } from '@rapport/kernel';
import type { EventToAppend } from '@rapport/ledger';
import type { Answers } from './event-answers.js';
import type { Append } from './group-commit.js';

/**
 * A group of appends in one flat list, which crosses to another thread several times cheaper than objects do. `values`
 * holds for each append its stream, expected revision and number of events; for each of those its id, the place of its
 * type in `types`, its body, and its recorded time, counted from `fromMs`. So most of it is short texts and small numbers.
 */
export interface GroupMessage {
  readonly types: readonly string[];
  readonly fromMs: number;
  readonly values: readonly (string | number)[];
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

const VALUES_PER_APPEND = 3;
const VALUES_PER_EVENT = 4;

export function groupMessage(appends: readonly Append[]): GroupMessage {
  const fromMs = appends[0]?.events[0]?.recordedAtMs ?? 0;
  const types = new Map<string, number>();
  let length = 0;
  for (const { events } of appends) length += VALUES_PER_APPEND + VALUES_PER_EVENT * events.length;
  const values = new Array<string | number>(length);
  let at = 0;
  for (const { stream, expected, events } of appends) {
    values[at++] = stream;
    values[at++] = expected;
    values[at++] = events.length;
    for (const { id, type, body, recordedAtMs } of events) {
      let place = types.get(type);
      if (place === undefined) types.set(type, (place = types.size));
      values[at++] = id;
      values[at++] = place;
      values[at++] = body;
      values[at++] = recordedAtMs - fromMs;
    }
  }
  return { types: [...types.keys()], fromMs, values };
}

export function appendsIn({ types, fromMs, values }: GroupMessage): readonly Append[] {
  const appends: Append[] = [];
  for (let at = 0; at < values.length;) {
    const stream = values[at++] as string;
    const expected = values[at++] as number;
    const count = values[at++] as number;
    const events: EventToAppend[] = [];
    for (let index = 0; index < count; index++, at += VALUES_PER_EVENT) {
      events.push({
        id: values[at] as string,
        type: types[values[at + 1] as number] as string,
        body: values[at + 2] as string,
        recordedAtMs: fromMs + (values[at + 3] as number),
      });
    }
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

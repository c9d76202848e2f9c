import { RapportError, type ErrorCode } from '@rapport/kernel';
import type { EventToAppend } from '@rapport/ledger';
import type { Answers } from './event-answers.js';
import type { Append } from './group-commit.js';

/**
 * A group of appends in one flat list, which crosses to another thread several times cheaper than objects do: for each
 * append its stream, expected revision and number of events; for each of those its id, type, body and recorded time.
 */
export type GroupMessage = readonly (string | number)[];

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
  const message: (string | number)[] = [];
  for (const { stream, expected, events } of appends) {
    message.push(stream, expected, events.length);
    for (const { id, type, body, recordedAtMs } of events) message.push(id, type, body, recordedAtMs);
  }
  return message;
}

export function appendsIn(message: GroupMessage): readonly Append[] {
  const appends: Append[] = [];
  for (let at = 0; at < message.length;) {
    const stream = message[at++] as string;
    const expected = message[at++] as number;
    const count = message[at++] as number;
    const events: EventToAppend[] = [];
    for (let index = 0; index < count; index++, at += 4) {
      events.push({
        id: message[at] as string,
        type: message[at + 1] as string,
        body: message[at + 2] as string,
        recordedAtMs: message[at + 3] as number,
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

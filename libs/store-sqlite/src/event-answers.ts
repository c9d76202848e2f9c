import { RapportError } from '@rapport/kernel';
import type { Appended } from '@rapport/ledger';
import type { Append } from './group-commit.js';

/**
 * What became of appends, one after the other, in plain numbers, since numbers cross to another thread at little cost.
 * Each stands or falls on its own:
 * - written: the position of its last event, those before it stand at the positions before that one;
 * - {@link DUPLICATE}, then the position of each of its events;
 * - {@link WRONG_REVISION}, then the last revision of its stream.
 */
export type Answers = readonly number[];
export const DUPLICATE = 0;
export const WRONG_REVISION = -1;

/** How many numbers the answer to an append takes. */
export function answerLength({ events }: Append, answers: Answers, at: number): number {
  if (answers[at] === DUPLICATE) return 1 + events.length;
  return answers[at] === WRONG_REVISION ? 2 : 1;
}

/** Reads the answer to an append. */
export function outcomeOf(
  { stream, expected, events }: Append,
  answers: Answers,
  at: number,
): Appended | { readonly error: RapportError } {
  const answer = answers[at] as number;
  if (answer === WRONG_REVISION) return { error: wrongRevision(stream, expected, answers[at + 1] as number) };
  const isDuplicate = answer === DUPLICATE;
  const count = events.length;
  const positions = new Array<bigint>(count); // most appends hold one event: a list that grows has room for many
  for (let index = 0; index < count; index++)
    positions[index] = BigInt(isDuplicate ? (answers[at + 1 + index] as number) : answer - count + 1 + index);
  return {
    revision: expected + count,
    position: positions[count - 1] as bigint,
    positions,
    status: isDuplicate ? 'duplicate' : 'appended',
  };
}

const said = (revision: number): number | 'none' => (revision < 0 ? 'none' : revision);

function wrongRevision(stream: string, expected: number, current: number): RapportError {
  const message =
    current < 0
      ? `Expected revision ${expected} of ${stream}, but there is no such stream: read it again and retry.`
      : `Expected ${expected < 0 ? 'no stream' : `revision ${expected} of`} ${stream}, found ${current}: read it again and retry.`;
  return new RapportError('WRONG_EXPECTED_REVISION', message, {
    facts: { expected: said(expected), actual: said(current) },
  });
}

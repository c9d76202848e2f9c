import { RapportError } from '@rapport/kernel';

/** Whether a failure means that another writer was faster on the stream. */
export const isOvertaken = (error: unknown): boolean =>
  error instanceof RapportError && error.code === 'WRONG_EXPECTED_REVISION';

export const overtakenTooOften = (stream: string): RapportError =>
  new RapportError(
    'STORE_UNAVAILABLE',
    `${stream} is written by so many at once that this touchpoint found no turn: send it again, repeating is safe.`,
  );

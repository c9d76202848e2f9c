import { RapportError, type ErrorCode } from '@rapport/kernel';
import type { ServerError } from './wire/append-answer.js';

/** Codes of gRPC that say that the other side will never do what was asked. */
const STATUS = {
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  failedPrecondition: 9,
  unimplemented: 12,
  unauthenticated: 16,
} as const;

/** A call that failed, and may succeed when it is made again: whether it had an effect is not known. */
export class Interrupted extends Error {}

const REFUSALS: ReadonlyMap<number, readonly [code: ErrorCode, sentence: string]> = new Map([
  [
    STATUS.unauthenticated,
    ['STORE_UNAVAILABLE', 'does not know the user: check the user and the password in its address'],
  ],
  [
    STATUS.permissionDenied,
    ['STORE_READ_ONLY', 'does not let this user do it: give the user the right to read and write'],
  ],
  [
    STATUS.unimplemented,
    ['STORE_UNAVAILABLE', 'does not know the call: version 21.10 or newer of the server is needed'],
  ],
]);

/** Refusals in the protocol's own words, in an answer to an append. */
const APPEND_REFUSALS: ReadonlyMap<string, readonly [code: ErrorCode, sentence: string]> = new Map([
  [
    'event_store.client.AccessDenied',
    ['STORE_READ_ONLY', 'does not let this user append: give the user the right to write'],
  ],
  [
    'event_store.client.StreamDeleted',
    ['STORE_CORRUPT', 'says that the stream was deleted, which Rapport never does: restore a backup'],
  ],
  [
    'event_store.client.MaximumAppendSizeExceeded',
    [
      'APPEND_TOO_LARGE',
      'takes no append of this size: cut it, or start the server with a MaxAppendSize of 2 MiB',
    ],
  ],
  [
    'event_store.client.BadRequest',
    ['STORE_UNAVAILABLE', 'does not understand the append: check that its version is supported'],
  ],
]);

/** A failure of the connection or of a read as what it means: final, or {@link Interrupted}. */
export function failureOf(error: unknown, doing: string): RapportError | Interrupted {
  if (error instanceof RapportError || error instanceof Interrupted) return error;
  const refusal = REFUSALS.get(statusOf(error));
  if (refusal === undefined) return new Interrupted(messageOf(error), { cause: error });
  const [code, sentence] = refusal;
  return new RapportError(code, `EventStoreDB, asked to ${doing}, ${sentence}.`, { cause: error });
}

/** A refusal of an append as what it means: final, or {@link Interrupted}. */
export function appendFailureOf({ type, message }: ServerError, stream: string): RapportError | Interrupted {
  const refusal = APPEND_REFUSALS.get(type);
  if (refusal === undefined) return new Interrupted(message === '' ? type : message);
  const [code, sentence] = refusal;
  return new RapportError(code, `EventStoreDB, asked to append to ${stream}, ${sentence}.`, {
    cause: new Error(`${type} ${message}`),
  });
}

/** A subscription is refused with a code of its own, a read with the name of the server's own result (24.2). */
const NO_RECORD = /InvalidPosition/;

/** Whether a read was refused because no record begins at the position that it named. */
export function isNoRecord(error: unknown): boolean {
  const cause = error instanceof Interrupted ? error.cause : error;
  return statusOf(cause) === STATUS.invalidArgument || NO_RECORD.test(messageOf(cause));
}

/** What a caller is told who asked in vain for a while. */
export const unavailable = (doing: string, cause: unknown): RapportError =>
  new RapportError(
    'STORE_UNAVAILABLE',
    `EventStoreDB does not answer, asked to ${doing} (${messageOf(cause)}): check that it runs and can be reached, then try again.`,
    { cause },
  );

/** By its number, not its class: the same failure comes in several of those. */
function statusOf(error: unknown): number {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : -1;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

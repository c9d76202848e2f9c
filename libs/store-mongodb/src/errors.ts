import { RapportError, type ErrorCode } from '@rapport/kernel';
import { MongoBulkWriteError, MongoError } from 'mongodb';

/** There is no such collection: what was to be dropped is dropped. */
const ABSENT = 26;

/** A unique key that is there already: how a guarded write learns that something newer stands. */
const DUPLICATE_KEY = 11_000;

/** Codes of the server after which the same request may succeed: a new primary, a server that stops, a time-out. */
const PASSING_CODES: ReadonlySet<number> = new Set([
  6, 7, 50, 64, 89, 91, 112, 175, 189, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436,
]);

/** Failures of the driver on the way to a server, by name. */
const PASSING_NAMES =
  /^(Mongo)?(Network|NetworkTimeout|ServerSelection|ServerClosed|PoolCleared|PoolClosed|WaitQueueTimeout|OperationTimeout|Topology)/;

const CLOSED_NAMES = /^Mongo(NotConnected|ClientClosed|TopologyClosed)/;

const CODES: ReadonlyMap<number, readonly [code: ErrorCode, sentence: string]> = new Map([
  [13, ['STORE_READ_ONLY', 'does not let this user do that: give it the role readWrite on the database']],
  [18, ['INVALID_CONFIGURATION', 'refuses the credentials: check the user and password of its address']],
  [8_000, ['INVALID_CONFIGURATION', 'refuses the credentials: check the user and password of its address']],
  [14_031, ['DISK_FULL', 'is on a full disk: make room and try again']],
  [10_334, ['LIMIT_EXCEEDED', 'refuses a document of more than 16 MB']],
]);

/** Whether trying again may help. */
export function isPassing(error: unknown): boolean {
  if (!isMongoError(error) || isClosed(error)) return false;
  if (error instanceof MongoBulkWriteError) {
    const codes = writeErrorCodes(error).filter((code) => code !== DUPLICATE_KEY);
    if (codes.length > 0) return codes.every((code) => PASSING_CODES.has(code));
    if (error.result.getWriteConcernError() !== undefined) return true;
    // The driver wraps what happens to it on the way as well, and then says neither what was refused nor a code.
    if (error.code === undefined && writeErrorCodes(error).length === 0) return true;
  }
  return (
    PASSING_NAMES.test(error.name) ||
    PASSING_CODES.has(Number(error.code)) ||
    error.hasErrorLabel('RetryableWriteError') ||
    error.hasErrorLabel('TransientTransactionError')
  );
}

/** Whether all that went wrong is that documents stand already. */
export function isDuplicate(error: unknown): boolean {
  if (error instanceof MongoBulkWriteError)
    return (
      writeErrorCodes(error).length > 0 &&
      writeErrorCodes(error).every((code) => code === DUPLICATE_KEY) &&
      error.result.getWriteConcernError() === undefined
    );
  return isMongoError(error) && error.code === DUPLICATE_KEY;
}

/** Whether there is no such collection. Older servers say so by words alone. */
export const isAbsent = (error: unknown): boolean =>
  isMongoError(error) && (error.code === ABSENT || error.message.includes('ns not found'));

/**
 * A failure of MongoDB as a {@link RapportError}: the one place that knows its codes. What is one already is given back as
 * it is.
 * @param where the server, without credentials
 */
export function storeError(error: unknown, where: string): RapportError {
  if (error instanceof RapportError) return error;
  if (isClosed(error))
    return new RapportError(
      'STORE_UNAVAILABLE',
      `The connection to ${where} has been closed: open it again.`,
      {
        cause: error,
      },
    );
  const known = CODES.get(codeOf(error));
  const [code, sentence] =
    known ??
    (isPassing(error)
      ? ([
          'STORE_UNAVAILABLE',
          'does not answer: check that it runs and can be reached, then try again',
        ] as const)
      : (['STORE_UNAVAILABLE', 'could not do what was asked: see the cause'] as const));
  return new RapportError(code, `MongoDB at ${where} ${sentence}.`, {
    cause: error,
    facts: { mongodb: codeOf(error) },
  });
}

const isMongoError = (error: unknown): error is MongoError => error instanceof MongoError;

const isClosed = (error: unknown): boolean => isMongoError(error) && CLOSED_NAMES.test(error.name);

function codeOf(error: unknown): number {
  if (error instanceof MongoBulkWriteError) return writeErrorCodes(error)[0] ?? Number(error.code ?? 0);
  return isMongoError(error) ? Number(error.code ?? 0) : 0;
}

const writeErrorCodes = (error: MongoBulkWriteError): readonly number[] =>
  [error.writeErrors].flat().map(({ code }) => code);

import { RapportError, type ErrorCode } from '@rapport/kernel';

/** Which code a failure of SQLite has, by the first part of its own code that matches; the rest is `STORE_UNAVAILABLE`. */
const CODES: readonly (readonly [prefix: string, code: ErrorCode, sentence: string])[] = [
  ['SQLITE_FULL', 'DISK_FULL', 'is on a full disk: nothing of this was written; make room and try again'],
  [
    'SQLITE_NOTADB',
    'STORE_FOREIGN',
    'is not a database of Rapport: check the data folder, and restore a backup if this file was replaced',
  ],
  ['SQLITE_CORRUPT', 'STORE_CORRUPT', 'is damaged: stop here, keep a copy of it, and restore a backup'],
  [
    'SQLITE_IOERR_SHORT_READ',
    'STORE_CORRUPT',
    'is cut short: stop here, keep a copy of it, and restore a backup',
  ],
  ['SQLITE_IOERR_CORRUPTFS', 'STORE_CORRUPT', 'lies on a damaged file system: repair that first'],
  [
    'SQLITE_READONLY',
    'STORE_READ_ONLY',
    'cannot be written: check the permissions of the file and its folder',
  ],
  ['SQLITE_PERM', 'STORE_READ_ONLY', 'cannot be written: check the permissions of the file and its folder'],
  ['SQLITE_CANTOPEN', 'STORE_READ_ONLY', 'cannot be opened: check that its folder exists and may be written'],
  ['SQLITE_BUSY', 'STORE_UNAVAILABLE', 'is kept busy by another process: try again'],
  ['SQLITE_LOCKED', 'STORE_UNAVAILABLE', 'is kept busy by another process: try again'],
  ['SQLITE_PROTOCOL', 'STORE_UNAVAILABLE', 'is kept busy by another process: try again'],
  ['SQLITE_IOERR', 'STORE_UNAVAILABLE', 'could not be read or written: check the disk'],
];

/**
 * A failure of the database as a {@link RapportError}: the one place that knows SQLite's codes. What is one already is
 * given back as it is.
 * @example
 * try { statement.run(); } catch (error) { throw storeError(error, file); }
 */
export function storeError(error: unknown, file: string): RapportError {
  if (error instanceof RapportError) return error;
  const sqlite = sqliteCodeOf(error);
  if (sqlite === undefined) {
    if (!isUsage(error))
      return new RapportError('STORE_UNAVAILABLE', `The file ${file} cannot be used: see the cause.`, {
        cause: error,
      });
    if (/not open/.test(error.message))
      return new RapportError('STORE_UNAVAILABLE', `The file ${file} has been closed: open it again.`, {
        cause: error,
      });
    return new RapportError(
      'STORE_READ_ONLY',
      `The file ${file} cannot be opened: check that its folder exists.`,
      { cause: error },
    );
  }
  const known = CODES.find(([prefix]) => sqlite.startsWith(prefix));
  const [, code, sentence] = known ?? ['', 'STORE_UNAVAILABLE' as const, 'could not answer: see the cause'];
  return new RapportError(code, `The file ${file} ${sentence}.`, { cause: error, facts: { sqlite } });
}

/** SQLite's own code of a failure, such as `SQLITE_BUSY`; undefined when it is not SQLite's. */
export function sqliteCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code.startsWith('SQLITE_') ? error.code : undefined;
}

/** The driver refuses a closed handle or a missing folder with a TypeError of its own. */
const isUsage = (error: unknown): error is TypeError =>
  error instanceof TypeError && /not open|directory does not exist/.test(error.message);

/** Runs something on the database; its failure is told in Rapport's codes. */
export function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error, file);
  }
}

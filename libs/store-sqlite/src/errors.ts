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

/** What SQLite says of a number in the head of a file that it never wrote there. */
const UNKNOWN_FORMAT = /^unsupported file format/;
/** What SQLite says where a statement asks for what a file does not have. */
const NOT_THERE = /^(no such (table|column|index)|table \S+ has no column)/;

/** Failures that do not come from SQLite: the driver's own refusals by their words, the file system's by their codes. */
const OTHERS: readonly (readonly [pattern: RegExp, code: ErrorCode, sentence: string])[] = [
  [/is not open/, 'STORE_UNAVAILABLE', 'has been closed: open it again'],
  [
    /directory does not exist|^(ENOENT|ENOTDIR) /,
    'STORE_READ_ONLY',
    'cannot be opened: its folder does not exist, make it first',
  ],
  [
    /^(EACCES|EPERM|EROFS) /,
    'STORE_READ_ONLY',
    'cannot be written: check the permissions of the file and its folder',
  ],
  [
    /^(ENOSPC|EDQUOT) /,
    'DISK_FULL',
    'is on a full disk: nothing of this was written; make room and try again',
  ],
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
    const text = `${codeOf(error)} ${messageOf(error)}`;
    const found = OTHERS.find(([pattern]) => pattern.test(text));
    const [, code, sentence] = found ?? [
      undefined,
      'STORE_UNAVAILABLE' as const,
      'cannot be used: see the cause',
    ];
    return new RapportError(code, `The file ${file} ${sentence}.`, { cause: error });
  }
  const isDamaged = sqlite === 'SQLITE_ERROR' && UNKNOWN_FORMAT.test(messageOf(error));
  const code = isDamaged ? 'SQLITE_CORRUPT' : sqlite;
  const known = CODES.find(([prefix]) => code.startsWith(prefix));
  const [, ours, sentence] = known ?? ['', 'STORE_UNAVAILABLE' as const, 'could not answer: see the cause'];
  return new RapportError(ours, `The file ${file} ${sentence}.`, { cause: error, facts: { sqlite } });
}

/**
 * SQLite's own code of a failure, such as `SQLITE_BUSY`; undefined when it is not SQLite's. Told by its shape, since the
 * driver's errors are made by native code and need not be of this realm's classes.
 */
export function sqliteCodeOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code.startsWith('SQLITE_') ? code : undefined;
}

/** The code that a failure of the driver or the file system carries; empty when it has none. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';

/** Runs something on the database; its failure is told in Rapport's codes. */
export function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error, file);
  }
}

/** Prepares statements on what every file of its kind has: where that is not there, the file is damaged. */
export function prepared<T>(file: string, prepare: () => T): T {
  return guarded(file, () => {
    try {
      return prepare();
    } catch (error) {
      if (!NOT_THERE.test(messageOf(error))) throw error;
      throw new RapportError(
        'STORE_CORRUPT',
        `The file ${file} has lost a part of its schema: stop here, keep a copy of it, and restore a backup.`,
        { cause: error },
      );
    }
  });
}

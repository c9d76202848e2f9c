import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { RapportError } from '@rapport/kernel';
import Sqlite, { type Database } from 'better-sqlite3';
import { codeOf, guarded } from './errors.js';

/** How a file of ours is told from any other, and what it holds. */
export interface FileFormat {
  /** What the file is called in messages. */
  readonly name: string;
  /** Stands in the file's header for ever. */
  readonly applicationId: number;
  /** Version of the schema, in the file's header. */
  readonly version: number;
  /** Makes the tables of a new file. */
  readonly schema: string;
}

export interface OpenOptions {
  readonly file: string;
  readonly readOnly: boolean;
  /** `FULL`: a commit is on the disk when it returns. `NORMAL`: the file stays sound, the last commits may be lost. */
  readonly synchronous: 'FULL' | 'NORMAL';
  readonly cacheKibibytes: number;
  /** The write-ahead log is copied into the file once it has grown to this; 0: whoever writes sees to it. */
  readonly walPagesMax: number;
}

/** How long a statement waits for another process that writes. */
const BUSY_TIMEOUT_MS = 5_000;
const PAGE_BYTES = 4_096;
/** What a log is cut back to once it has been copied into its file. */
const WAL_BYTES_KEPT = 64 * 1_048_576;

/**
 * Opens a database file of ours, or makes a new one where there is none.
 * @throws RapportError `STORE_FOREIGN` (another program's file, or a newer Rapport's), `STORE_CORRUPT`, `STORE_READ_ONLY`,
 * `DATA_NOT_FOUND` (nothing there to read)
 */
export function openDatabase(format: FileFormat, options: OpenOptions): Database {
  const { file, readOnly } = options;
  return guarded(file, () => {
    if (!existsSync(file)) {
      if (readOnly) {
        const hint = 'record something first, or check the path';
        throw new RapportError('DATA_NOT_FOUND', `There is no ${format.name} at ${file}: ${hint}.`);
      }
      checkNoLog(format, file);
      createFile(format, file);
    }
    const db = new Sqlite(file, { readonly: readOnly, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    try {
      check(db, format, file);
      tune(db, options);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** A log without its file would be taken for the new file's own, which it is not. */
function checkNoLog(format: FileFormat, file: string): void {
  const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
  if (log === undefined || log.size === 0) return;
  throw new RapportError(
    'STORE_CORRUPT',
    `The ${format.name} at ${file} is missing, but its log ${file}-wal is there: restore both from a backup, or move the log away to start anew.`,
  );
}

/**
 * Makes a file under another name and gives it its own once it is complete. So a file of ours is never empty: one that is
 * has lost what it held, and is not mistaken for a new one.
 */
function createFile(format: FileFormat, file: string): void {
  const unfinished = `${file}.${process.pid}-${Date.now()}.new`;
  try {
    const db = new Sqlite(unfinished);
    try {
      db.pragma(`page_size = ${PAGE_BYTES}`);
      db.pragma('journal_mode = WAL');
      db.exec(`BEGIN; ${format.schema} COMMIT`);
      db.pragma(`application_id = ${format.applicationId}`);
      db.pragma(`user_version = ${format.version}`);
    } finally {
      db.close();
    }
    publish(unfinished, file);
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(unfinished + suffix, { force: true });
  }
}

/** Whoever comes second to make the same file finds the first one's. */
function publish(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    renameSync(unfinished, file); // a file system without links
  }
  if (process.platform === 'win32') return; // which keeps folders safe by itself
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder); // or a power cut could take the file with all that was made durable in it
  } finally {
    closeSync(folder);
  }
}

const numberOf = (db: Database, pragma: string): number => Number(db.pragma(pragma, { simple: true }));

function check(db: Database, format: FileFormat, file: string): void {
  if (statSync(file).size === 0) {
    throw new RapportError(
      'STORE_CORRUPT',
      `The ${format.name} at ${file} is empty, what it held is lost: stop here and restore a backup, or remove the file to start anew.`,
    );
  }
  if (numberOf(db, 'application_id') !== format.applicationId) {
    throw new RapportError(
      'STORE_FOREIGN',
      `The file ${file} belongs to another program: move it away, or choose another data folder.`,
    );
  }
  const version = numberOf(db, 'user_version');
  if (version !== format.version) {
    const what =
      version > format.version
        ? 'a newer Rapport: start that version, or a later one'
        : 'an older Rapport that this one cannot read: export it there and import it here';
    throw new RapportError('STORE_FOREIGN', `The ${format.name} at ${file} was written by ${what}.`, {
      facts: { version, versionKnown: format.version },
    });
  }
  checkLength(db, file);
}

/** A file that was cut short is otherwise found out only when a lost page is asked for. */
function checkLength(db: Database, file: string): void {
  const wal = statSync(`${file}-wal`, { throwIfNoEntry: false });
  if (wal !== undefined && wal.size > 0) return; // the newest pages are there; the file may rightly be shorter
  const expected = numberOf(db, 'page_count') * numberOf(db, 'page_size');
  const actual = statSync(file).size;
  if (actual < expected) {
    throw new RapportError(
      'STORE_CORRUPT',
      `The file ${file} is cut short, at ${actual} of ${expected} bytes: stop here, keep a copy of it, and restore a backup.`,
    );
  }
}

function tune(db: Database, { readOnly, synchronous, cacheKibibytes, walPagesMax }: OpenOptions): void {
  db.pragma(`cache_size = -${cacheKibibytes}`);
  if (readOnly) {
    db.pragma('query_only = ON');
    return;
  }
  db.pragma(`synchronous = ${synchronous}`);
  db.pragma(`wal_autocheckpoint = ${walPagesMax}`);
  // The log keeps the size of its largest moment otherwise.
  db.pragma(`journal_size_limit = ${WAL_BYTES_KEPT}`);
}

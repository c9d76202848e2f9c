import { existsSync, statSync } from 'node:fs';
import { RapportError } from '@rapport/kernel';
import Sqlite, { type Database } from 'better-sqlite3';
import { guarded } from './errors.js';

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
  /** The write-ahead log is copied into the file once it has grown to this. */
  readonly walPagesMax: number;
}

/** How long a statement waits for another process that writes. */
const BUSY_TIMEOUT_MS = 5_000;
const PAGE_BYTES = 4_096;

/**
 * Opens a database file of ours, or makes a new one where there is none.
 * @throws RapportError `STORE_FOREIGN` (another program's file, or a newer Rapport's), `STORE_CORRUPT`, `STORE_READ_ONLY`,
 * `DATA_NOT_FOUND` (nothing there to read)
 */
export function openDatabase(format: FileFormat, options: OpenOptions): Database {
  const { file, readOnly } = options;
  if (readOnly && !existsSync(file)) {
    throw new RapportError(
      'DATA_NOT_FOUND',
      `There is no ${format.name} at ${file}: record something first, or check the path.`,
    );
  }
  return guarded(file, () => {
    const db = new Sqlite(file, { readonly: readOnly, timeout: BUSY_TIMEOUT_MS });
    try {
      if (isNew(db)) create(db, format, readOnly, file);
      check(db, format, file);
      tune(db, options);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

const numberOf = (db: Database, pragma: string): number => Number(db.pragma(pragma, { simple: true }));

function isNew(db: Database): boolean {
  if (numberOf(db, 'application_id') !== 0 || numberOf(db, 'user_version') !== 0) return false;
  return db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
}

function create(db: Database, format: FileFormat, readOnly: boolean, file: string): void {
  if (readOnly)
    throw new RapportError(
      'DATA_NOT_FOUND',
      `The ${format.name} at ${file} is empty: record something first.`,
    );
  db.pragma(`page_size = ${PAGE_BYTES}`);
  db.pragma('journal_mode = WAL');
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have made the file between our look and our lock.
    if (isNew(db)) {
      db.exec(format.schema);
      db.pragma(`application_id = ${format.applicationId}`);
      db.pragma(`user_version = ${format.version}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function check(db: Database, format: FileFormat, file: string): void {
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
  db.pragma('temp_store = MEMORY');
  if (readOnly) {
    db.pragma('query_only = ON');
    return;
  }
  db.pragma(`synchronous = ${synchronous}`);
  db.pragma(`wal_autocheckpoint = ${walPagesMax}`);
  // The log keeps the size of its largest moment otherwise.
  db.pragma(`journal_size_limit = ${walPagesMax * PAGE_BYTES}`);
}

import { chmodSync, closeSync, fsyncSync, openSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { openDatabase, type FileFormat } from './database.js';
import { storeError } from './errors.js';
import { EVENT_FORMAT } from './event-schema.js';
import { KEY_FORMAT } from './key-store-schema.js';

/** The stores that cannot be computed again, and so are copied. */
export type CopiedStore = 'ledger' | 'keys';

export interface CopyOptions {
  readonly from: string;
  /** Must not exist. Readable by its owner only. */
  readonly to: string;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

const PAGE_BYTES = 4_096;
/** Pages copied before other work of this process has its turn. */
const PAGES_PER_STEP: Readonly<Record<CopiedStore, number>> = {
  ledger: 2_048,
  // Whoever writes keys waits for whoever reads the file: that is to be over in one step.
  keys: 0x7fff_ffff,
};

/**
 * Copies a store as it stands at one moment, also while another process writes to it. The copy is one sealed file, without a
 * log beside it, and durable when this resolves.
 * @throws RapportError `DATA_NOT_FOUND`, `STORE_FOREIGN`, `STORE_CORRUPT`, `DISK_FULL`, `STORE_UNAVAILABLE`
 * @example await copyStore('ledger', { from: './data/main/ledger.db', to: './backup/main/ledger.db' });
 */
export async function copyStore(store: CopiedStore, options: CopyOptions): Promise<void> {
  const { from, to, onProgress, signal } = options;
  const db = openReading(store === 'ledger' ? EVENT_FORMAT : KEY_FORMAT, from);
  try {
    // An open read pins the moment: without it the copy starts again whenever somebody commits, and under load never ends.
    db.exec('BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    await db.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        signal?.throwIfAborted();
        onProgress?.((totalPages - remainingPages) * PAGE_BYTES, totalPages * PAGE_BYTES);
        return PAGES_PER_STEP[store];
      },
    });
    seal(to);
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw storeError(error, to);
  } finally {
    db.close();
  }
}

/**
 * Puts a copy in place as a store that is used: with the log beside it that its writer needs.
 * @throws RapportError `STORE_CORRUPT`, `DISK_FULL`, `STORE_UNAVAILABLE`
 */
export async function putStoreInPlace(store: CopiedStore, options: CopyOptions): Promise<void> {
  const { from, to } = options;
  try {
    await copyFile(from, to);
    if (process.platform !== 'win32') chmodSync(to, 0o600);
    if (store === 'ledger') inOneConnection(to, (db) => db.pragma('journal_mode = WAL'));
    makeDurable(to);
  } catch (error) {
    throw storeError(error, to);
  }
}

const openReading = (format: FileFormat, file: string): Database =>
  openDatabase(format, { file, readOnly: true, synchronous: 'FULL', cacheKibibytes: 8_192, walPagesMax: 0 });

/** A copy takes over that its original has a log, which a file on its own must not need. */
function seal(file: string): void {
  if (process.platform !== 'win32') chmodSync(file, 0o600);
  inOneConnection(file, (db) => db.pragma('journal_mode = DELETE'));
  makeDurable(file);
}

function inOneConnection(file: string, use: (db: Database) => void): void {
  const db = new Sqlite(file, { fileMustExist: true });
  try {
    use(db);
  } finally {
    db.close();
  }
}

function makeDurable(file: string): void {
  if (process.platform === 'win32') return; // which keeps folders safe by itself, and SQLite has synced the file
  for (const path of [file, dirname(file)]) {
    const opened = openSync(path, 'r');
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  }
}

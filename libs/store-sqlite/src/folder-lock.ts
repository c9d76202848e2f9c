import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RapportError } from '@rapport/kernel';
import Sqlite, { type Database } from 'better-sqlite3';
import { codeOf, guarded, sqliteCodeOf } from './errors.js';

/** The process that holds a data folder for writing. */
export interface FolderHolder {
  readonly pid: number;
  /** The server's address, when the holder has announced one. */
  readonly url?: string;
  /** Since when: RFC 3339, UTC. */
  readonly since: string;
}

/** Whoever looks whether the lock is held does so for an instant; whoever wants it waits that long. */
const LOCK_TIMEOUT_MS = 250;
/** A new holder writes its card a moment after it has the lock. */
const CARD_TRIES = 20;
const CARD_WAIT_MS = 10;

/** What is held now: a connection that nothing refers to would be closed with the garbage, and its lock with it. */
const held = new Set<Database>();

const lockFile = (dataDir: string): string => join(dataDir, 'owner.db');
const cardFile = (dataDir: string): string => join(dataDir, 'owner.json');

/**
 * Takes a data folder for writing until it is released or the process ends, in whatever way: the operating system drops
 * the lock of a killed process. Nothing but SQLite may open `owner.db` in the holding process, or the lock is lost (POSIX).
 * @throws RapportError `LEDGER_IN_USE` (facts pid, url), `STORE_READ_ONLY`
 * @example
 * const hold = holdFolder('./data');
 * hold.release();
 */
export function holdFolder(dataDir: string): { release(): void } {
  const file = lockFile(dataDir);
  const db = guarded(file, () => new Sqlite(file, { timeout: LOCK_TIMEOUT_MS }));
  try {
    guarded(file, () => lock(db, 'EXCLUSIVE'));
    writeCard(dataDir, { pid: process.pid, since: new Date().toISOString() });
  } catch (error) {
    db.close();
    if (isBusy(error)) throw inUse(dataDir);
    throw error;
  }
  held.add(db);
  return {
    release() {
      if (!db.open) return;
      held.delete(db);
      rmSync(cardFile(dataDir), { force: true }); // while we hold the lock, so that it cannot be a successor's
      db.close();
    },
  };
}

/**
 * Who holds a data folder for writing now; undefined when nobody does. A pid of 0 means that the holder has not said.
 * @example folderHolder('./data')?.url // 'http://127.0.0.1:7000'
 */
export function folderHolder(dataDir: string): FolderHolder | undefined {
  const file = lockFile(dataDir);
  for (let tries = 1; isHeld(file); tries++) {
    const card = readCard(dataDir);
    if (card !== undefined && isAlive(card.pid)) return card;
    if (tries === CARD_TRIES) return { pid: 0, since: card?.since ?? '' };
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, CARD_WAIT_MS);
  }
  return undefined;
}

/**
 * Tells others at which address this process, which holds the folder, serves.
 * @throws RapportError `LEDGER_IN_USE` when another process holds it
 * @example announceUrl('./data', 'http://127.0.0.1:7000');
 */
export function announceUrl(dataDir: string, url: string): void {
  const card = readCard(dataDir);
  if (card?.pid !== process.pid) throw inUse(dataDir);
  writeCard(dataDir, { ...card, url });
}

/** The file stays empty: only its locks matter. A reader of an empty file still takes a shared lock. */
function lock(db: Database, mode: 'EXCLUSIVE' | 'SHARED'): void {
  if (mode === 'EXCLUSIVE') {
    db.pragma('journal_mode = MEMORY');
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } else {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
  }
}

function isHeld(file: string): boolean {
  if (!existsSync(file)) return false;
  const db = guarded(file, () => new Sqlite(file, { readonly: true, timeout: 0 }));
  try {
    lock(db, 'SHARED');
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    db.close();
  }
}

function isBusy(error: unknown): boolean {
  const cause = error instanceof RapportError ? error.cause : error;
  return sqliteCodeOf(cause)?.startsWith('SQLITE_BUSY') === true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function writeCard(dataDir: string, card: FolderHolder): void {
  const file = cardFile(dataDir);
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(card)}\n`);
    renameSync(`${file}.new`, file); // a reader sees the old card or the new one, never half of one
  } catch (cause) {
    throw new RapportError(
      'STORE_READ_ONLY',
      `The file ${file} cannot be written: check the permissions of the data folder.`,
      { cause },
    );
  }
}

function readCard(dataDir: string): FolderHolder | undefined {
  try {
    const card: unknown = JSON.parse(readFileSync(cardFile(dataDir), 'utf8'));
    return isCard(card) ? card : undefined;
  } catch {
    return undefined; // not there yet, or no longer: the lock alone decides
  }
}

const isCard = (value: unknown): value is FolderHolder =>
  typeof value === 'object' &&
  value !== null &&
  'pid' in value &&
  Number.isSafeInteger(value.pid) &&
  'since' in value &&
  typeof value.since === 'string' &&
  (!('url' in value) || typeof value.url === 'string');

function inUse(dataDir: string): RapportError {
  const { pid = 0, url, since = '' } = folderHolder(dataDir) ?? {};
  const who = pid === 0 ? 'Another process' : `Process ${pid}${since === '' ? '' : ` (since ${since})`}`;
  const where =
    url === undefined
      ? 'stop it first, or open the folder for reading'
      : `use it at ${url}, or stop it first`;
  return new RapportError('LEDGER_IN_USE', `${who} holds the data folder ${dataDir} for writing: ${where}.`, {
    facts: { pid, ...(url === undefined ? {} : { url }) },
  });
}

import { chmodSync } from 'node:fs';
import { RapportError } from '@rapport/kernel';
import type { KeyState, KeyStore, Tombstone, WrappedKey } from '@rapport/ledger';
import { KEY_PAGE_MAX } from '@rapport/ledger/ports';
import type { Database } from 'better-sqlite3';
import { openDatabase } from './database.js';
import { guarded } from './errors.js';
import {
  KEY_COLUMNS,
  keyOf,
  stateOf,
  TOMBSTONE_COLUMNS,
  tombstoneOf,
  type KeyRow,
  type StateRow,
  type TombstoneRow,
} from './key-store-rows.js';
import { KEY_FORMAT } from './key-store-schema.js';
import { Statements } from './statements.js';

export interface SqliteKeyStoreOptions {
  /** Path of `keys.db`; made when it is missing, its folder must exist. Back it up apart from the ledger. */
  readonly file: string;
  /** Whose keys they are: stands in the file, and another tenant's file is refused. */
  readonly tenant: string;
  /** Reads only, also beside another process that writes. */
  readonly readOnly?: boolean;
}

const CACHE_KIBIBYTES = 8 * 1_024;
/** Only while the file is made: it is kept without a write-ahead log. */
const WAL_PAGES_MAX = 1_000;

/**
 * The wrapped keys of one tenant's persons in an SQLite file of its own, readable by its owner only. A destroyed key is
 * overwritten with zeros where it lay, and the rollback journal, which for a moment holds the page as it was, is cut to
 * nothing before the erasure resolves. (Blocks that a file system or a drive keeps beyond its files are out of reach: they
 * hold a wrapped key, which is nothing without the key-encryption key.)
 * @throws RapportError `STORE_FOREIGN`, `STORE_CORRUPT`, `STORE_READ_ONLY`, `DATA_NOT_FOUND`
 * @example
 * const store = sqliteKeyStore({ file: './data/main/keys.db', tenant: 'main' });
 * await store.load(['42']); // [{ state: 'none' }]
 */
export function sqliteKeyStore({ file, tenant, readOnly = false }: SqliteKeyStoreOptions): KeyStore {
  const db = openDatabase(KEY_FORMAT, {
    file,
    readOnly,
    synchronous: 'FULL',
    cacheKibibytes: CACHE_KIBIBYTES,
    walPagesMax: WAL_PAGES_MAX,
  });
  try {
    if (!readOnly) guarded(file, () => leaveNothingBehind(db, file));
    const sql = new Statements(db, file);
    checkTenant(sql, tenant, readOnly);
    return new SqliteKeyStore(sql, readOnly);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Without a write-ahead log, which would hold keys until somebody copies it into the file and overwrites it. */
function leaveNothingBehind(db: Database, file: string): void {
  if (process.platform !== 'win32') chmodSync(file, 0o600); // the journal takes the file's mode
  db.pragma('secure_delete = ON');
  if (db.pragma('journal_mode = TRUNCATE', { simple: true }) !== 'truncate')
    throw new RapportError(
      'STORE_UNAVAILABLE',
      `The key store ${file} is kept busy by another process: try again.`,
    );
}

function checkTenant(sql: Statements, tenant: string, readOnly: boolean): void {
  const owner = (): string | undefined => sql.row<[string]>('SELECT tenant FROM key_store')?.[0];
  if (owner() === undefined && !readOnly)
    sql.run('INSERT INTO key_store (tenant) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM key_store)', tenant);
  const found = owner();
  if (found !== undefined && found !== tenant)
    throw new RapportError(
      'STORE_FOREIGN',
      `The key store at ${sql.file} belongs to the tenant ${found}, not to ${tenant}: move it back to the folder of ${found}.`,
    );
}

const STATE = `
  SELECT ${KEY_COLUMNS}, ${TOMBSTONE_COLUMNS} FROM (SELECT ? AS person) AS asked
  LEFT JOIN keys ON keys.person = asked.person LEFT JOIN tombstones ON tombstones.person = asked.person`;
const ACTIVE = `
  SELECT ${KEY_COLUMNS} FROM keys WHERE keys.person > ?
  AND NOT EXISTS (SELECT 1 FROM tombstones WHERE tombstones.person = keys.person) ORDER BY keys.person LIMIT ?`;
const ERASED = `SELECT ${TOMBSTONE_COLUMNS} FROM tombstones WHERE tombstones.person > ? ORDER BY tombstones.person LIMIT ?`;
const ADD_KEY = 'INSERT INTO keys (person, keyid, wrapper, wrapped) VALUES (?, ?, ?, ?)';
const ADD_TOMBSTONE = `
  INSERT INTO tombstones (person, erasedat, erased_by, approvedby, basis, keyid) VALUES (?, ?, ?, ?, ?, ?)`;
/** As many zeros as there were bytes, so that the row stays where it is. */
const DESTROY = 'UPDATE keys SET wrapped = zeroblob(length(wrapped)) WHERE person = ?';

class SqliteKeyStore implements KeyStore {
  constructor(
    private readonly sql: Statements,
    private readonly readOnly: boolean,
  ) {}

  async load(persons: readonly string[]): Promise<readonly KeyState[]> {
    return persons.map((person) => this.state(person));
  }

  async create(keys: readonly WrappedKey[]): Promise<readonly KeyState[]> {
    this.writable();
    return this.sql.transaction(() =>
      keys.map((key) => {
        const standing = this.state(key.person);
        if (standing.state !== 'none') return standing;
        this.sql.run(ADD_KEY, key.person, key.keyid, key.wrapper, key.wrapped);
        return { state: 'active', key };
      }),
    );
  }

  async erase(tombstones: readonly Tombstone[]): Promise<readonly Tombstone[]> {
    this.writable();
    return this.sql.transaction(() => tombstones.map((tombstone) => this.eraseOne(tombstone)));
  }

  async active(after: string | undefined, countMax: number): Promise<readonly WrappedKey[]> {
    checkCount(countMax);
    return this.sql.rows<KeyRow>(ACTIVE, after ?? '', countMax).map(keyOf);
  }

  async erased(after: string | undefined, countMax: number): Promise<readonly Tombstone[]> {
    checkCount(countMax);
    return this.sql.rows<TombstoneRow>(ERASED, after ?? '', countMax).map(tombstoneOf);
  }

  async erasuresAppliedUntil(): Promise<bigint> {
    return BigInt(this.sql.row<[number]>('SELECT erasures_until FROM key_store')?.[0] ?? 0);
  }

  async keepErasuresAppliedUntil(position: bigint): Promise<void> {
    this.writable();
    this.sql.run('UPDATE key_store SET erasures_until = ?', Number(position));
  }

  async close(): Promise<void> {
    this.sql.db.close();
  }

  private eraseOne(tombstone: Tombstone): Tombstone {
    const standing = this.state(tombstone.person);
    if (standing.state === 'erased') return standing.tombstone;
    const put = standing.state === 'active' ? { ...tombstone, keyid: standing.key.keyid } : tombstone;
    const { person, erasedat, by, approvedby, basis, keyid } = put;
    this.sql.run(ADD_TOMBSTONE, person, erasedat, by, approvedby ?? null, basis, keyid ?? null);
    this.sql.run(DESTROY, person);
    return put;
  }

  private state(person: string): KeyState {
    if (person === '' || !person.isWellFormed())
      throw new RapportError(
        'INVALID_TEXT',
        'The id of a person is a text of Unicode characters, and not empty.',
      );
    const row = this.sql.row<StateRow>(STATE, person);
    return row === undefined ? { state: 'none' } : stateOf(row);
  }

  private writable(): void {
    if (this.readOnly)
      throw new RapportError(
        'STORE_READ_ONLY',
        `The key store ${this.sql.file} is open for reading: write through the process that holds it.`,
      );
  }
}

function checkCount(countMax: number): void {
  if (!Number.isInteger(countMax) || countMax < 1 || countMax > KEY_PAGE_MAX)
    throw new RapportError(
      'LIMIT_EXCEEDED',
      `A page of keys has 1 … ${KEY_PAGE_MAX} of them: ask for fewer.`,
    );
}

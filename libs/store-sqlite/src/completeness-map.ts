import { RapportError } from '@rapport/kernel';
import type { CompletenessMap, KeyValue, MapAdvance, MapState } from '@rapport/ledger';
import { openDatabase } from './database.js';
import { MAP_FORMAT } from './map-schema.js';
import { Statements } from './statements.js';

export interface SqliteCompletenessMapOptions {
  /** Path of `map.db`; made when it is missing (unless read-only), its folder must exist. */
  readonly file: string;
  /** Reads only, also beside another process that writes. */
  readonly readOnly?: boolean;
}

const CACHE_KIBIBYTES = 16 * 1_024;
const WAL_PAGES_MAX = 4_000;

/**
 * The completeness map of one tenant in an SQLite file of its own. A step is one transaction. It may be lost with the
 * power, not damaged: the follower goes on from where the file is.
 * @throws RapportError `STORE_FOREIGN`, `STORE_CORRUPT`, `STORE_READ_ONLY`, `DATA_NOT_FOUND`
 * @example
 * const map = sqliteCompletenessMap({ file: './data/main/map.db' });
 * await map.state(); // undefined: it covers nothing yet
 */
export function sqliteCompletenessMap(options: SqliteCompletenessMapOptions): CompletenessMap {
  const { file, readOnly = false } = options;
  const db = openDatabase(MAP_FORMAT, {
    file,
    readOnly,
    synchronous: 'NORMAL',
    cacheKibibytes: CACHE_KIBIBYTES,
    walPagesMax: WAL_PAGES_MAX,
  });
  return new SqliteCompletenessMap(new Statements(db, file));
}

const STATE = 'SELECT size, root, tree_root FROM map_state';
const VALUE = 'SELECT count, head FROM keys WHERE key = ?';
const LEAVES = `
  SELECT leaf FROM chains WHERE key = (SELECT number FROM keys WHERE key = ?) AND leaf < ? ORDER BY leaf`;
const NODE = 'SELECT bytes FROM nodes WHERE hash = ?';
const PUT_KEY = `
  INSERT INTO keys (key, count, head) VALUES (?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET count = excluded.count, head = excluded.head RETURNING number`;
const PUT_LEAF = 'INSERT INTO chains (key, leaf) VALUES (?, ?)';
const PUT_NODE = 'INSERT INTO nodes (hash, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING';

class SqliteCompletenessMap implements CompletenessMap {
  constructor(private readonly sql: Statements) {}

  async state(): Promise<MapState | undefined> {
    return this.stateNow();
  }

  async values(keys: readonly string[]): Promise<readonly (KeyValue | undefined)[]> {
    return keys.map((key) => {
      const row = this.sql.row<[number, Buffer]>(VALUE, key);
      return row === undefined ? undefined : { count: row[0], head: row[1] };
    });
  }

  async leavesOf(key: string, below: number): Promise<readonly number[]> {
    return this.sql.rows<[number]>(LEAVES, key, below).map(([leaf]) => leaf);
  }

  async nodes(hashes: readonly Uint8Array[]): Promise<readonly (Uint8Array | undefined)[]> {
    return hashes.map((hash) => this.sql.row<[Buffer]>(NODE, hash)?.[0]);
  }

  async advance({ from, to, changes, nodes }: MapAdvance): Promise<void> {
    this.sql.transaction(() => {
      if ((this.stateNow()?.size ?? 0) !== from)
        throw new RapportError(
          'STORE_UNAVAILABLE',
          `The completeness map at ${this.sql.file} is being brought up to date by another process: try again.`,
        );
      for (const { key, value, leaves } of changes) {
        const row = this.sql.row<[number]>(PUT_KEY, key, value.count, value.head);
        for (const leaf of leaves) this.sql.run(PUT_LEAF, row?.[0], leaf);
      }
      for (const { hash, bytes } of nodes) this.sql.run(PUT_NODE, hash, bytes);
      this.sql.run('DELETE FROM map_state');
      this.sql.run(
        'INSERT INTO map_state (size, root, tree_root) VALUES (?, ?, ?)',
        to.size,
        to.root,
        to.treeRoot,
      );
    });
  }

  async clear(): Promise<void> {
    this.sql.transaction(() => {
      for (const table of ['map_state', 'keys', 'chains', 'nodes']) this.sql.run(`DELETE FROM ${table}`);
    });
  }

  async close(): Promise<void> {
    this.sql.db.close();
  }

  private stateNow(): MapState | undefined {
    const row = this.sql.row<[number, Buffer, Buffer]>(STATE);
    return row === undefined ? undefined : { size: row[0], root: row[1], treeRoot: row[2] };
  }
}

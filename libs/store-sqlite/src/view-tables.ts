import type { ViewShape } from '@rapport/ledger';
import { sqliteCodeOf } from './errors.js';
import type { Statements } from './statements.js';
import type { Copy } from './view-copies.js';

/** The table of a copy: its name holds a number of ours and nothing of a user's. */
export const tableOf = ({ id, shape }: Pick<Copy, 'id' | 'shape'>): string =>
  `${shape === 'entries' ? 'entries' : 'documents'}_${id}`;

/** The column of the n-th declared field. */
export const columnOf = (index: number): string => `f${index}`;

/** `, f0, f1 …` */
export const columnsOf = ({ fields }: Pick<ViewShape, 'fields'>): string =>
  fields.map((_, index) => `, ${columnOf(index)}`).join('');

/** The place of an entry under its key, unique. */
export const PLACE = 'key, time, source, id, subject';

/**
 * Rows stand in the order in which they were written, so that a batch fills whole pages, and are found through an index.
 * An entry without content is a removal, left by a build until its index is made.
 */
export function createTables(sql: Statements, copy: Copy): void {
  const table = tableOf(copy);
  if (copy.shape === 'entries') {
    const place =
      'key TEXT NOT NULL, time TEXT NOT NULL, source TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL';
    sql.run(
      `CREATE TABLE ${table} (n INTEGER PRIMARY KEY, ${place}, position INTEGER NOT NULL, recordedat TEXT NOT NULL, entry TEXT) STRICT`,
    );
    sql.run(`CREATE INDEX ${table}_removals ON ${table} (n) WHERE entry IS NULL`);
    return;
  }
  const fields = copy.fields.map(
    ({ type }, index) => `, ${columnOf(index)} ${type === 'text' ? 'TEXT' : 'INTEGER'}`,
  );
  const columns =
    'key TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, fence TEXT NOT NULL, doc TEXT NOT NULL';
  sql.run(`CREATE TABLE ${table} (n INTEGER PRIMARY KEY, ${columns}${fields.join('')}) STRICT`);
}

export function dropTables(sql: Statements, copy: Copy): void {
  sql.run(`DROP TABLE IF EXISTS ${tableOf(copy)}`);
}

/** Makes the indexes of a copy in one go: sorting all at the end costs far less than finding each row's place while it is built. */
export function createIndexes(sql: Statements, copy: Copy): void {
  const table = tableOf(copy);
  if (copy.shape !== 'entries') {
    copy.fields.forEach((_, index) =>
      sql.run(`CREATE INDEX ${table}_${columnOf(index)} ON ${table} (${columnOf(index)}, key)`),
    );
    return;
  }
  const unique = `CREATE UNIQUE INDEX ${table}_place ON ${table} (${PLACE})`;
  const removals = sql.row(`SELECT 1 FROM ${table} WHERE entry IS NULL LIMIT 1`) !== undefined;
  sql.run(`DROP INDEX ${table}_removals`);
  if (!removals && tryUnique(sql, unique)) return;
  // Only the last that was said of a place counts.
  sql.run(`CREATE INDEX ${table}_said ON ${table} (${PLACE}, n)`);
  sql.run(
    `DELETE FROM ${table} WHERE n IN (SELECT n FROM (SELECT n, lead(n) OVER (PARTITION BY ${PLACE} ORDER BY n) AS later FROM ${table}) WHERE later IS NOT NULL)`,
  );
  sql.run(`DELETE FROM ${table} WHERE entry IS NULL`);
  sql.run(`DROP INDEX ${table}_said`);
  sql.run(unique);
}

function tryUnique(sql: Statements, statement: string): boolean {
  try {
    sql.db.exec(statement);
    return true;
  } catch (error) {
    if (sqliteCodeOf(error)?.startsWith('SQLITE_CONSTRAINT') === true) return false;
    throw error;
  }
}

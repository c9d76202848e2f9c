import type { ViewShape } from '@rapport/ledger';
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
 * Entries are clustered by key and place: a page of a timeline is a few neighbouring pages of the file, and a copy that is
 * filled key by key grows at its end. Documents stand in the order in which they were written, found through an index.
 */
export function createTables(sql: Statements, copy: Copy): void {
  const table = tableOf(copy);
  if (copy.shape === 'entries') {
    const place =
      'key TEXT NOT NULL, time TEXT NOT NULL, source TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL';
    sql.run(
      `CREATE TABLE ${table} (${place}, position INTEGER NOT NULL, recordedat TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (${PLACE})) STRICT, WITHOUT ROWID`,
    );
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

/** Makes the indexes of declared fields in one go: sorting all at the end costs far less than finding each row's place while a copy is built. */
export function createIndexes(sql: Statements, copy: Copy): void {
  if (copy.shape === 'entries') return;
  const table = tableOf(copy);
  copy.fields.forEach((_, index) =>
    sql.run(`CREATE INDEX ${table}_${columnOf(index)} ON ${table} (${columnOf(index)}, key)`),
  );
}

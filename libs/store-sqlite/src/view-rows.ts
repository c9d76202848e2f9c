import type { Change } from '@rapport/ledger';
import { jsonOf, RapportError } from '@rapport/kernel';
import type { Statements } from './statements.js';
import type { Copy } from './view-copies.js';
import { DOCUMENT_COLUMNS, valuesOf } from './view-documents.js';
import { ENTRY_COLUMNS } from './view-entries.js';
import { columnsOf, tableOf } from './view-tables.js';

/** Rows of one INSERT: fewer calls into the database for the same rows. */
const ROWS_PER_INSERT = 32;

type Bound = string | number | null;

/** Finished content as the values of its rows, one after the other. */
export function rowsOf(copy: Copy, changes: readonly Change[], position: number): readonly Bound[] {
  const rows: Bound[] = [];
  for (const change of changes) {
    if (change.op === 'putEntry') {
      const { key, place, entry, recordedat } = change;
      rows.push(key, place.time, place.source, place.id, place.subject);
      rows.push(Number(change.position), recordedat, jsonOf(entry));
    } else if (change.op === 'put') {
      rows.push(change.key, jsonOf(change.doc), position, change.fence);
      for (const value of valuesOf(copy, change.fields)) rows.push(value);
    } else
      throw new RapportError('INTERNAL', 'Finished content puts documents and entries and removes nothing.');
  }
  return rows;
}

/**
 * Inserts rows made by {@link rowsOf}. To be called inside a transaction, which a failure rolls back: to undo a single
 * statement SQLite would copy each page that it changes.
 */
export function insertRows(sql: Statements, copy: Copy, rows: readonly unknown[]): void {
  const columns = copy.shape === 'entries' ? ENTRY_COLUMNS : DOCUMENT_COLUMNS + columnsOf(copy);
  const width = columns.split(',').length;
  const insert = (count: number) =>
    sql.of(
      `INSERT OR ROLLBACK INTO ${tableOf(copy)} (${columns}) VALUES ${Array.from({ length: count }, () => `(?${', ?'.repeat(width - 1)})`).join(', ')}`,
    );
  const many = insert(ROWS_PER_INSERT);
  const one = insert(1);
  const bound = new Array<unknown>(width * ROWS_PER_INSERT); // bound from the same list each time
  let at = 0;
  while (at + bound.length <= rows.length) {
    for (let place = 0; place < bound.length; place++) bound[place] = rows[at++];
    many.run(bound);
  }
  for (; at < rows.length; at += width) one.run(rows.slice(at, at + width));
}

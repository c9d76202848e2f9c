import type { Change } from '@rapport/ledger';
import { jsonOf, RapportError } from '@rapport/kernel';
import type { Statements } from './statements.js';
import type { Copy } from './view-copies.js';
import { DOCUMENT_COLUMNS, valuesOf } from './view-documents.js';
import { ENTRY_COLUMNS } from './view-entries.js';
import { columnsOf, tableOf } from './view-tables.js';

/** Rows of one INSERT, as long as there are so many left: fewer calls into the database for the same rows. */
const ROWS_PER_INSERT = [32, 8, 1] as const;
/** Texts of these are kept, since making one takes as long as inserting some of its rows. */
const TEXTS_MAX = 256;

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
  let at = 0;
  for (const count of ROWS_PER_INSERT) {
    const length = count * width;
    if (rows.length - at < length) continue;
    const insert = sql.of(textOf(tableOf(copy), columns, width, count));
    // Given one by one: the driver takes a third longer to bind the values of a list.
    for (; rows.length - at >= length; at += length) insert.run(...rows.slice(at, at + length));
  }
}

const texts = new Map<string, string>();

function textOf(table: string, columns: string, width: number, count: number): string {
  const name = `${table} ${width} ${count}`;
  let text = texts.get(name);
  if (text === undefined) {
    const row = `(?${', ?'.repeat(width - 1)})`;
    text = `INSERT OR ROLLBACK INTO ${table} (${columns}) VALUES ${row}${`, ${row}`.repeat(count - 1)}`;
    if (texts.size >= TEXTS_MAX) texts.clear();
    texts.set(name, text);
  }
  return text;
}

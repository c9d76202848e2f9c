import type { JsonObject } from '@rapport/kernel';
import type { Change, StoredDocument } from '@rapport/ledger';
import type { Statements } from './statements.js';
import type { Copy } from './view-copies.js';
import { columnOf, columnsOf, tableOf } from './view-tables.js';

export type DocumentRow = [key: string, doc: string, position: number, fence: string];
export type PutDocument = Extract<Change, { readonly op: 'put' }>;

export const DOCUMENT_COLUMNS = 'key, doc, position, fence';

export const documentOf = ([key, doc, position, fence]: DocumentRow): StoredDocument => ({
  key,
  doc: JSON.parse(doc) as JsonObject,
  position: BigInt(position),
  fence,
});

export function loadDocument(sql: Statements, copy: Copy, key: string): StoredDocument | undefined {
  const row = sql.row<DocumentRow>(`SELECT ${DOCUMENT_COLUMNS} FROM ${tableOf(copy)} WHERE key = ?`, key);
  return row === undefined ? undefined : documentOf(row);
}

/** To be called inside a transaction. */
export function putDocument(
  sql: Statements,
  copy: Copy,
  { key, doc, fence, fields }: PutDocument,
  position: number,
): void {
  const values = copy.fields.map(({ name }) =>
    boundOf(Object.hasOwn(fields, name) ? fields[name] : undefined),
  );
  sql.of(upsertOf(copy)).run(key, JSON.stringify(doc), position, fence, ...values);
}

export function deleteDocument(sql: Statements, copy: Copy, key: string): void {
  sql.run(`DELETE FROM ${tableOf(copy)} WHERE key = ?`, key);
}

/** The next documents after a key, ordered by the bytes of their keys. */
export function documentsAfter(
  sql: Statements,
  copy: Copy,
  key: string | undefined,
  countMax: number,
): readonly DocumentRow[] {
  const select = `SELECT ${DOCUMENT_COLUMNS} FROM ${tableOf(copy)}`;
  if (key === undefined) return sql.rows<DocumentRow>(`${select} ORDER BY key LIMIT ?`, countMax);
  return sql.rows<DocumentRow>(`${select} WHERE key > ? ORDER BY key LIMIT ?`, key, countMax);
}

const upserts = new WeakMap<Copy, string>();

function upsertOf(copy: Copy): string {
  let sql = upserts.get(copy);
  if (sql === undefined) {
    const set = copy.fields.map((_, index) => `, ${columnOf(index)} = excluded.${columnOf(index)}`).join('');
    sql = `INSERT INTO ${tableOf(copy)} (${DOCUMENT_COLUMNS}${columnsOf(copy)}) VALUES (?, ?, ?, ?${', ?'.repeat(copy.fields.length)})
      ON CONFLICT (key) DO UPDATE SET doc = excluded.doc, position = excluded.position, fence = excluded.fence${set}`;
    upserts.set(copy, sql);
  }
  return sql;
}

/** SQLite has no booleans of its own. */
export const boundOf = (value: string | number | boolean | null | undefined): string | number | null =>
  value === undefined ? null : typeof value === 'boolean' ? Number(value) : value;

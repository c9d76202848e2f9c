import type { JsonObject } from '@rapport/kernel';
import type { Change, StoredDocument } from '@rapport/ledger';
import { BoundedCache } from './bounded-cache.js';
import type { Statements } from './statements.js';
import type { Copy } from './view-copies.js';
import { columnOf, columnsOf, tableOf } from './view-tables.js';

export type DocumentRow = [key: string, doc: string, position: number, fence: string];
type FieldValue = string | number | null;
type PutDocument = Extract<Change, { readonly op: 'put' }>;

/** A row as it stands in the table. */
interface Known {
  readonly n: number;
  readonly row: DocumentRow;
  readonly fields: readonly FieldValue[];
}

export const DOCUMENT_COLUMNS = 'key, doc, position, fence';

/** Documents read in one call. */
const KEYS_PER_READ = 500;
/** Characters of documents that are kept at hand for their next change. */
const KNOWN_CHARACTERS_MAX = 32 * 1_048_576;
/** Room that a row takes beside its document. */
const ROW_CHARACTERS = 200;

export const documentOf = ([key, doc, position, fence]: DocumentRow): StoredDocument => ({
  key,
  doc: JSON.parse(doc) as JsonObject,
  position: BigInt(position),
  fence,
});

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

/**
 * Documents by key. Rows that were read lately are remembered, as text, for two reasons: the next batch often reads them
 * again, and a change then writes only the fields that differ, since SQLite renews the index of every field that it is
 * given, whether it differs or not.
 */
export class Documents {
  private readonly known = new BoundedCache<string, Known>(
    KNOWN_CHARACTERS_MAX,
    ({ row: [key, doc, , fence] }) => key.length + doc.length + fence.length + ROW_CHARACTERS,
  );
  private dataVersion: number | undefined;

  constructor(private readonly sql: Statements) {}

  /** Documents of these keys, read anew each time: they are the caller's own. Keys without one are left out. */
  load(copy: Copy, keys: readonly string[]): readonly StoredDocument[] {
    this.noticeOthers();
    const found = new Map<string, Known>();
    const missing: string[] = [];
    for (const key of keys) {
      const known = this.known.get(nameOf(copy, key));
      if (known === undefined) missing.push(key);
      else found.set(key, known);
    }
    for (let at = 0; at < missing.length; at += KEYS_PER_READ) {
      const asked = missing.slice(at, at + KEYS_PER_READ);
      for (const known of this.read(copy, statementsOf(copy).selectMany, JSON.stringify(asked)))
        found.set(known.row[0], known);
    }
    return Array.from(found.values(), ({ row }) => documentOf(row));
  }

  /** To be called inside a transaction, after {@link noticeOthers}. */
  put(copy: Copy, { key, doc, fence, fields }: PutDocument, position: number): void {
    const row: DocumentRow = [key, JSON.stringify(doc), position, fence];
    const values = valuesOf(copy, fields);
    const before = this.look(copy, key);
    const n = before === undefined ? this.insert(copy, row, values) : this.update(copy, row, values, before);
    this.known.set(nameOf(copy, key), { n, row, fields: values });
  }

  delete(copy: Copy, key: string): void {
    this.known.delete(nameOf(copy, key));
    this.sql.of(`DELETE FROM ${tableOf(copy)} WHERE key = ?`).run(key);
  }

  /** What another connection has written since makes what is remembered here worthless. */
  noticeOthers(): void {
    const [dataVersion] = this.sql.row<[number]>('PRAGMA data_version') ?? [];
    if (dataVersion !== this.dataVersion) this.forget();
    this.dataVersion = dataVersion;
  }

  /** To be called when a transaction was rolled back. */
  forget(): void {
    this.known.clear();
  }

  private look(copy: Copy, key: string): Known | undefined {
    const name = nameOf(copy, key);
    const known = this.known.get(name);
    if (known !== undefined) return known;
    return this.read(copy, statementsOf(copy).selectOne, key)[0];
  }

  private read(copy: Copy, select: string, asked: string): readonly Known[] {
    const rows = this.sql.rows<[n: number, ...DocumentRow, ...FieldValue[]]>(select, asked);
    return rows.map(([n, key, doc, position, fence, ...fields]) => {
      const known: Known = { n, row: [key, doc, position, fence], fields };
      this.known.set(nameOf(copy, key), known);
      return known;
    });
  }

  private insert(copy: Copy, row: DocumentRow, fields: readonly FieldValue[]): number {
    return Number(this.sql.of(statementsOf(copy).insert).run(...row, ...fields).lastInsertRowid);
  }

  private update(
    copy: Copy,
    [, doc, position, fence]: DocumentRow,
    fields: readonly FieldValue[],
    { n, fields: before }: Known,
  ): number {
    let set = '';
    const differing: FieldValue[] = [];
    fields.forEach((value, index) => {
      if (value === before[index]) return;
      set += `, ${columnOf(index)} = ?`;
      differing.push(value);
    });
    const update = `UPDATE ${tableOf(copy)} SET doc = ?, position = ?, fence = ?${set} WHERE n = ?`;
    this.sql.of(update).run(doc, position, fence, ...differing, n);
    return n;
  }
}

interface DocumentStatements {
  readonly selectOne: string;
  /** Of keys given as a JSON array: one call for many. */
  readonly selectMany: string;
  readonly insert: string;
}

const statements = new WeakMap<Copy, DocumentStatements>();

function statementsOf(copy: Copy): DocumentStatements {
  let known = statements.get(copy);
  if (known === undefined) {
    const table = tableOf(copy);
    const columns = DOCUMENT_COLUMNS + columnsOf(copy);
    const qualified = `n, ${columns}`.replaceAll(/\w+/g, `${table}.$&`);
    known = {
      selectOne: `SELECT n, ${columns} FROM ${table} WHERE key = ?`,
      selectMany: `SELECT ${qualified} FROM json_each(?) AS asked CROSS JOIN ${table} ON ${table}.key = asked.value`,
      insert: `INSERT INTO ${table} (${columns}) VALUES (?, ?, ?, ?${', ?'.repeat(copy.fields.length)})`,
    };
    statements.set(copy, known);
  }
  return known;
}

const nameOf = ({ id }: Copy, key: string): string => `${id} ${key}`;

/** The values of the declared fields, in the order of their columns. */
export const valuesOf = (copy: Copy, fields: PutDocument['fields']): readonly FieldValue[] =>
  copy.fields.map(({ name }) => boundOf(Object.hasOwn(fields, name) ? fields[name] : null));

/** SQLite has no booleans of its own. */
export const boundOf = (value: string | number | boolean | null | undefined): FieldValue =>
  value === undefined ? null : typeof value === 'boolean' ? Number(value) : value;

import {
  checkPageSize,
  placeCursor,
  placeIn,
  RapportError,
  type EntriesQuery,
  type EntryPlace,
  type JsonObject,
  type Page,
  type StoredEntry,
} from '@rapport/kernel';
import type { Change } from '@rapport/ledger';
import type { Database } from 'better-sqlite3';
import type { Statements } from './statements.js';
import type { Copy } from './view-copies.js';
import { PLACE, tableOf } from './view-tables.js';

export type EntryRow = [
  key: string,
  time: string,
  source: string,
  id: string,
  subject: string,
  position: number,
  recordedat: string,
  entry: string,
];
export type PutEntry = Extract<Change, { readonly op: 'putEntry' }>;

export const ENTRY_COLUMNS = `${PLACE}, position, recordedat, entry`;

export const entryOf = ([
  key,
  time,
  source,
  id,
  subject,
  position,
  recordedat,
  entry,
]: EntryRow): StoredEntry => ({
  key,
  time,
  source,
  id,
  subject,
  entry: JSON.parse(entry) as JsonObject,
  position: BigInt(position),
  recordedat,
});

/** Adds what queries over entries need beyond SQL: text is compared as the engine compares it where it replays. */
export function addTextSearch(db: Database): void {
  db.function('says', { deterministic: true }, (headline: unknown, wanted: unknown) =>
    typeof headline === 'string' && typeof wanted === 'string' && headline.toLowerCase().includes(wanted)
      ? 1
      : 0,
  );
}

/** To be called inside a transaction. */
export function putEntry(sql: Statements, copy: Copy, put: PutEntry): void {
  const { key, place, entry, position, recordedat } = put;
  const { time, source, id, subject } = place;
  const text = JSON.stringify(entry);
  sql.of(insertOf(copy)).run(key, time, source, id, subject, Number(position), recordedat, text);
}

export function deleteEntry(
  sql: Statements,
  copy: Copy,
  key: string,
  { time, source, id, subject }: EntryPlace,
): void {
  sql.run(
    `DELETE FROM ${tableOf(copy)} WHERE key = ? AND time = ? AND source = ? AND id = ? AND subject = ?`,
    key,
    time,
    source,
    id,
    subject,
  );
}

/** One page of a key's entries. @throws RapportError `FIELD_NOT_INDEXED`, `INVALID_CURSOR`, `INVALID_QUERY`, `LIMIT_EXCEEDED` */
export function pageOfEntries(
  sql: Statements,
  copy: Copy,
  key: string,
  query: EntriesQuery,
): Page<StoredEntry> {
  const { from, to, filter = {}, text, order = 'newestFirst', after, countMax } = query;
  checkPageSize(countMax);
  const where = ['key = ?'];
  const bound: unknown[] = [key];
  const and = (sql_: string, ...values: readonly unknown[]): void => {
    where.push(sql_);
    bound.push(...values);
  };
  if (from !== undefined) and('time >= ?', from);
  if (to !== undefined) and('time <= ?', to);
  if (after !== undefined) {
    const { time, source, id, subject } = placeIn(after);
    const beyond = order === 'newestFirst' ? '<' : '>';
    and(`(time, source, id, subject) ${beyond} (?, ?, ?, ?)`, time, source, id, subject);
  }
  for (const [name, value] of Object.entries(filter)) {
    const wanted = typeof value === 'string' ? [value] : value;
    and(
      'entry -> ? IN (SELECT value FROM json_each(?))',
      pathOf(copy, name),
      JSON.stringify(wanted.flatMap(jsonOf)),
    );
  }
  if (text !== undefined) and("says(json_extract(entry, '$.headline'), ?)", text.toLowerCase());
  const direction = order === 'newestFirst' ? 'DESC' : 'ASC';
  const rows = sql.rows<EntryRow>(
    `SELECT ${ENTRY_COLUMNS} FROM ${tableOf(copy)} WHERE ${where.join(' AND ')}
     ORDER BY time ${direction}, source ${direction}, id ${direction}, subject ${direction} LIMIT ?`,
    ...bound,
    countMax + 1,
  );
  const items = rows.slice(0, countMax).map(entryOf);
  const last = items.at(-1);
  if (rows.length <= countMax || last === undefined) return { items };
  return { items, next: placeCursor(last) };
}

/** The next entries of all keys after a place, ordered by key and place. */
export function entriesAfter(
  sql: Statements,
  copy: Copy,
  after: EntryRow | undefined,
  countMax: number,
): readonly EntryRow[] {
  const select = `SELECT ${ENTRY_COLUMNS} FROM ${tableOf(copy)}`;
  if (after === undefined) return sql.rows<EntryRow>(`${select} ORDER BY ${PLACE} LIMIT ?`, countMax);
  const [key, time, source, id, subject] = after;
  return sql.rows<EntryRow>(
    `${select} WHERE (${PLACE}) > (?, ?, ?, ?, ?) ORDER BY ${PLACE} LIMIT ?`,
    key,
    time,
    source,
    id,
    subject,
    countMax,
  );
}

/** Filters look into the entry itself: a column for each would make every row longer and every write dearer. */
function pathOf(copy: Copy, name: string): string {
  if (copy.fields.some((field) => field.name === name)) return `$.${JSON.stringify(name)}`;
  const declared = copy.fields.map((field) => field.name).join(', ');
  throw new RapportError(
    'FIELD_NOT_INDEXED',
    `Entries of ${copy.name} cannot be filtered by that field: use one of ${declared}.`,
    { facts: { view: copy.name } },
  );
}

/** The JSON texts of a member that a filter's text stands for: the text itself, and the number or truth value it spells. */
function jsonOf(value: string): readonly string[] {
  const text = JSON.stringify(value);
  return value === 'true' || value === 'false' || String(Number(value)) === value ? [text, value] : [text];
}

const inserts = new WeakMap<Copy, string>();

function insertOf(copy: Copy): string {
  let insert = inserts.get(copy);
  if (insert === undefined) {
    insert = `INSERT OR REPLACE INTO ${tableOf(copy)} (${ENTRY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
    inserts.set(copy, insert);
  }
  return insert;
}

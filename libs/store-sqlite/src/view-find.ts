import {
  afterPrefix,
  checkPageSize,
  decodeCursor,
  encodeCursor,
  RapportError,
  type Condition,
  type FindQuery,
  type Page,
} from '@rapport/kernel';
import type { StoredDocument, ViewShape } from '@rapport/ledger';
import type { Statements } from './statements.js';
import type { Copy } from './view-copies.js';
import { boundOf, DOCUMENT_COLUMNS, documentOf, type DocumentRow } from './view-documents.js';
import { columnOf, tableOf } from './view-tables.js';

type FieldType = ViewShape['fields'][number]['type'];
type Scalar = string | number | boolean | null;

interface Field {
  readonly column: string;
  readonly type: FieldType;
}

/** A piece of SQL with what is bound to it. */
interface Piece {
  readonly sql: string;
  readonly bound: readonly unknown[];
}

const CONDITIONS_MAX = 20;
const VALUES_MAX = 1_000;
/** Below every value of a column, so that "has a value" is a range of its index. */
const LOWEST = { text: "''", integer: '-9223372036854775808', boolean: '0' } as const;

/** One page of documents by declared fields. @throws RapportError `FIELD_NOT_INDEXED`, `INVALID_CURSOR`, `INVALID_QUERY`, `LIMIT_EXCEEDED` */
export function findDocuments(sql: Statements, copy: Copy, query: FindQuery): Page<StoredDocument> {
  const { sort, countMax } = query;
  checkPageSize(countMax);
  const rows: [...DocumentRow, value: string | null][] = [];
  for (const stage of stagesOf(copy, query)) {
    if (rows.length > countMax) break;
    rows.push(
      ...sql.rows<[...DocumentRow, string | null]>(stage.sql, ...stage.bound, countMax + 1 - rows.length),
    );
  }
  const items = rows
    .slice(0, countMax)
    .map(([key, doc, position, fence]) => documentOf([key, doc, position, fence]));
  const last = rows[countMax - 1];
  if (rows.length <= countMax || last === undefined) return { items };
  return {
    items,
    next: encodeCursor([sort?.field ?? 'key', sort?.direction ?? 'ascending', last[4], last[0]]),
  };
}

/**
 * The SELECTs that give the page, one after the other: documents without a value of the sort field are a stage of their
 * own (first when ascending, last when descending), so that each stage is one walk along an index.
 */
export function stagesOf(copy: Copy, { where = [], sort, after }: FindQuery): readonly Piece[] {
  if (where.length > CONDITIONS_MAX)
    throw new RapportError(
      'LIMIT_EXCEEDED',
      `A query has at most ${CONDITIONS_MAX} conditions: ask for less.`,
    );
  const conditions = where.map((condition) => conditionOf(copy, condition));
  const { column, type } = fieldOf(copy, sort?.field ?? 'key');
  const direction = sort?.direction ?? 'ascending';
  const cursor =
    after === undefined
      ? undefined
      : decodeCursor(
          after,
          (parts) =>
            parts.length === 4 &&
            parts[0] === (sort?.field ?? 'key') &&
            parts[1] === direction &&
            typeof parts[3] === 'string',
        );
  const [, , value, key] = cursor ?? [];
  const order = direction === 'ascending' ? 'ASC' : 'DESC';
  const beyond = direction === 'ascending' ? '>' : '<';
  const stage = (more: readonly Piece[], orderBy: string, shown: string): Piece => {
    const all = [...conditions, ...more];
    const clause = all.length === 0 ? '' : `WHERE ${all.map((piece) => piece.sql).join(' AND ')}`;
    return {
      sql: `SELECT ${DOCUMENT_COLUMNS}, ${shown} FROM ${tableOf(copy)} ${clause} ORDER BY ${orderBy} LIMIT ?`,
      bound: all.flatMap((piece) => piece.bound),
    };
  };
  if (column === 'key')
    return [
      stage(key === undefined ? [] : [{ sql: `key ${beyond} ?`, bound: [key] }], `key ${order}`, 'NULL'),
    ];
  const without = (from: string | null | undefined): Piece =>
    stage(
      [
        { sql: `${column} IS NULL`, bound: [] },
        ...(typeof from === 'string' ? [{ sql: `key ${beyond} ?`, bound: [from] }] : []),
      ],
      `key ${order}`,
      'NULL',
    );
  const withValue = (piece: Piece): Piece =>
    stage([piece], `${column} ${order}, key ${order}`, `CAST(${column} AS TEXT)`);
  const every = withValue({ sql: `${column} >= ${LOWEST[type]}`, bound: [] });
  if (cursor === undefined)
    return direction === 'ascending' ? [without(undefined), every] : [every, without(undefined)];
  if (value === null) return direction === 'ascending' ? [without(key), every] : [without(key)];
  const rest = withValue({
    sql: `(${column}, key) ${beyond} (${type === 'text' ? '?' : 'CAST(? AS INTEGER)'}, ?)`,
    bound: [value, key],
  });
  return direction === 'ascending' ? [rest] : [rest, without(undefined)];
}

function fieldOf(copy: Copy, name: string): Field {
  if (name === 'key') return { column: 'key', type: 'text' };
  const index = copy.fields.findIndex((field) => field.name === name);
  const field = copy.fields[index];
  if (field === undefined) {
    const declared = ['key', ...copy.fields.map((other) => other.name)].join(', ');
    throw new RapportError(
      'FIELD_NOT_INDEXED',
      `Documents of ${copy.name} cannot be found by that field: use one of ${declared}.`,
      { facts: { view: copy.name } },
    );
  }
  return { column: columnOf(index), type: field.type };
}

function conditionOf(copy: Copy, { field: name, op, value }: Condition): Piece {
  const field = fieldOf(copy, name);
  const { column, type } = field;
  switch (op) {
    case 'equals':
      return value === null
        ? { sql: `${column} IS NULL`, bound: [] }
        : { sql: `${column} = ?`, bound: [valueOf(name, type, value)] };
    case 'in':
      return inOf(name, field, value);
    case 'range':
      return rangeOf(name, field, value);
    case 'prefix':
      if (type !== 'text' || typeof value !== 'string') throw malformed(name, 'the beginning of a text');
      return prefixOf(column, value);
    case 'exists':
      if (typeof value !== 'boolean') throw malformed(name, 'true or false');
      return { sql: value ? `${column} >= ${LOWEST[type]}` : `${column} IS NULL`, bound: [] };
  }
}

function inOf(name: string, { column, type }: Field, value: Condition['value']): Piece {
  if (!isList(value)) throw malformed(name, 'a list of values');
  if (value.length > VALUES_MAX)
    throw new RapportError(
      'LIMIT_EXCEEDED',
      `The condition on ${name} lists more than ${VALUES_MAX} values: ask in parts.`,
    );
  const values = value.filter((one) => one !== null).map((one) => valueOf(name, type, one));
  const among = `${column} IN (SELECT value FROM json_each(?))`;
  return {
    sql: value.includes(null) ? `(${among} OR ${column} IS NULL)` : among,
    bound: [JSON.stringify(values)],
  };
}

function rangeOf(name: string, { column, type }: Field, value: Condition['value']): Piece {
  if (!isList(value) || value.length !== 2) throw malformed(name, 'a pair of bounds');
  const [from, to] = value;
  const pieces: Piece[] = [{ sql: `${column} >= ${LOWEST[type]}`, bound: [] }];
  if (from !== null && from !== undefined)
    pieces.push({ sql: `${column} >= ?`, bound: [valueOf(name, type, from)] });
  if (to !== null && to !== undefined)
    pieces.push({ sql: `${column} <= ?`, bound: [valueOf(name, type, to)] });
  return {
    sql: `(${pieces.map((piece) => piece.sql).join(' AND ')})`,
    bound: pieces.flatMap((piece) => piece.bound),
  };
}

/** A prefix is the range from itself to the next text that does not begin with it, in the order of code points. */
function prefixOf(column: string, prefix: string): Piece {
  const end = afterPrefix(prefix);
  return end === undefined
    ? { sql: `${column} >= ?`, bound: [prefix] }
    : { sql: `(${column} >= ? AND ${column} < ?)`, bound: [prefix, end] };
}

const isList = (value: Condition['value']): value is readonly Scalar[] => Array.isArray(value);

function valueOf(name: string, type: FieldType, value: Condition['value']): string | number | null {
  if (!isList(value)) {
    if (type === 'text' && typeof value === 'string' && value.isWellFormed()) return value;
    if (type === 'boolean' && typeof value === 'boolean') return boundOf(value);
    if (
      type === 'integer' &&
      (Number.isFinite(value) || (typeof value === 'string' && /^-?\d{1,19}$/.test(value)))
    )
      return boundOf(value);
  }
  throw malformed(
    name,
    `${type === 'text' ? 'a text' : type === 'integer' ? 'an integer' : 'true or false'}`,
  );
}

const malformed = (name: string, wanted: string): RapportError =>
  new RapportError('INVALID_QUERY', `The condition on ${name} needs ${wanted}.`, { facts: { field: name } });

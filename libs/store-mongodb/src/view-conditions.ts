import { afterPrefix, RapportError, type Condition } from '@rapport/kernel';
import type { ViewShape } from '@rapport/ledger';
import type { Document } from 'mongodb';
import type { Copy } from './view-catalogue.js';
import { integerOf } from './view-changes.js';
import { fieldOf, type FieldValue } from './view-collections.js';

type Scalar = string | number | boolean | null;

/** A declared field, or the key. */
export interface Field {
  /** Its name in the collection: one of ours, never a user's. */
  readonly path: string;
  readonly type: ViewShape['fields'][number]['type'];
}

/** Up to 64-bit integers, as a query or a cursor spells them. */
const INTEGER = /^-?\d{1,19}$/;
const VALUES_MAX = 1_000;

/** Below every value of a type: what has a value is not below it. */
const LOWEST: Readonly<Record<Field['type'], FieldValue>> = {
  text: '',
  integer: -(2n ** 63n),
  boolean: false,
};

/** What has a value of this field. */
export const hasValue = ({ path, type }: Field): Document => ({ [path]: { $gte: LOWEST[type] } });

/** @throws RapportError `FIELD_NOT_INDEXED` */
export function declaredField(copy: Copy, name: string): Field {
  if (name === 'key') return { path: '_id', type: 'text' };
  const index = copy.fields.findIndex((field) => field.name === name);
  const field = copy.fields[index];
  if (field !== undefined) return { path: fieldOf(index), type: field.type };
  const declared = ['key', ...copy.fields.map((other) => other.name)].join(', ');
  throw new RapportError(
    'FIELD_NOT_INDEXED',
    `Documents of ${copy.name} cannot be found by that field: use one of ${declared}.`,
    { facts: { view: copy.name } },
  );
}

/** A condition as MongoDB filters. @throws RapportError `FIELD_NOT_INDEXED`, `INVALID_QUERY`, `LIMIT_EXCEEDED` */
export function filterOf(copy: Copy, { field: name, op, value }: Condition): Document {
  const field = declaredField(copy, name);
  const { path, type } = field;
  switch (op) {
    case 'equals':
      return { [path]: value === null ? null : { $eq: valueOf(name, type, value) } };
    case 'in':
      return inOf(name, field, value);
    case 'range':
      return rangeOf(name, field, value);
    case 'prefix':
      if (type !== 'text' || typeof value !== 'string') throw malformed(name, 'the beginning of a text');
      return prefixOf(path, value);
    case 'exists':
      if (typeof value !== 'boolean') throw malformed(name, 'true or false');
      return value ? hasValue(field) : { [path]: null };
  }
}

function inOf(name: string, { path, type }: Field, value: Condition['value']): Document {
  if (!isList(value)) throw malformed(name, 'a list of values');
  if (value.length > VALUES_MAX)
    throw new RapportError(
      'LIMIT_EXCEEDED',
      `The condition on ${name} lists more than ${VALUES_MAX} values: ask in parts.`,
    );
  return { [path]: { $in: value.map((one) => (one === null ? null : valueOf(name, type, one))) } };
}

function rangeOf(name: string, field: Field, value: Condition['value']): Document {
  if (!isList(value) || value.length !== 2) throw malformed(name, 'a pair of bounds');
  const [from, to] = value;
  const has = (bound: Scalar | undefined): bound is NonNullable<Scalar> =>
    bound !== null && bound !== undefined;
  const bounds: Document = has(from)
    ? { $gte: valueOf(name, field.type, from) }
    : { $gte: LOWEST[field.type] };
  return { [field.path]: has(to) ? { ...bounds, $lte: valueOf(name, field.type, to) } : bounds };
}

/** A prefix is the range from itself to the next text that does not begin with it, in the order of code points. */
function prefixOf(path: string, prefix: string): Document {
  const end = afterPrefix(prefix);
  return { [path]: end === undefined ? { $gte: prefix } : { $gte: prefix, $lt: end } };
}

const isList = (value: Condition['value']): value is readonly Scalar[] => Array.isArray(value);

function valueOf(name: string, type: Field['type'], value: Condition['value']): FieldValue {
  if (!isList(value)) {
    if (type === 'text' && typeof value === 'string' && value.isWellFormed()) return value;
    if (type === 'boolean' && typeof value === 'boolean') return value;
    if (type === 'integer' && typeof value === 'number' && Number.isFinite(value))
      return integerOf(name, value);
    if (type === 'integer' && typeof value === 'string' && INTEGER.test(value)) return integerOf(name, value);
  }
  throw malformed(
    name,
    `${type === 'text' ? 'a text' : type === 'integer' ? 'an integer' : 'true or false'}`,
  );
}

/** The value of a field as a cursor spells it. */
export const cursorValueOf = (value: FieldValue | undefined): string | null =>
  value === undefined || value === null ? null : String(value);

/** The value that a cursor spells. @throws RapportError `INVALID_CURSOR` */
export function valueInCursor({ type }: Field, value: string): FieldValue {
  if (type === 'text') return value;
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  if (type === 'integer' && INTEGER.test(value)) return BigInt.asIntN(64, BigInt(value));
  throw new RapportError(
    'INVALID_CURSOR',
    'The cursor is not one of this query: take `next` of the page before, unchanged.',
  );
}

const malformed = (name: string, wanted: string): RapportError =>
  new RapportError('INVALID_QUERY', `The condition on ${name} needs ${wanted}.`, { facts: { field: name } });

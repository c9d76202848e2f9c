import { RapportError, type Condition, type FindQuery, type IndexedField, type View } from '@rapport/kernel';
import { IntegerField, TextField } from '../requests/query-fields.js';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../requests/page-size.js';
import { ReadQuery } from '../requests/read-query.js';

/** Parameters of a search besides the fields of its view. */
export class FindParameters extends ReadQuery {
  @TextField(
    'An indexed field to sort by; with a minus before it from high to low. By key without it.',
    '-value',
  )
  readonly sort?: string;

  @TextField('The cursor of the page before: its `next`.')
  readonly after?: string;

  @IntegerField('Most items of the page.', { min: 1, max: PAGE_SIZE_MAX, default: PAGE_SIZE_DEFAULT })
  readonly limit?: number;
}

/** Names of those parameters. */
export const FIND_PARAMETERS: ReadonlySet<string> = new Set([
  'tenant',
  'waitFor',
  'waitTimeoutMs',
  'sort',
  'after',
  'limit',
]);

type Scalar = string | number | boolean;

/**
 * Reads a search: `field=value`, `field.prefix=`, `field.from=`, `field.to=` (inclusive), `field.in=a,b`,
 * `field.exists=true`; all must hold.
 * @throws RapportError `FIELD_NOT_INDEXED`, `INVALID_QUERY`
 */
export function findQueryOf(
  view: View,
  known: FindParameters,
  others: ReadonlyMap<string, string>,
): FindQuery {
  const indexes = new Map(
    (view.shape === 'entries' ? [] : indexesOf(view)).map((index) => [index.name, index.type]),
  );
  const where: Condition[] = [];
  const ranges = new Map<string, [Scalar | null, Scalar | null]>();
  for (const [parameter, text] of others) {
    const [field, op] = fieldAndOperator(parameter);
    const type = indexes.get(field);
    if (type === undefined) throw notIndexed(view, field, [...indexes.keys()]);
    const value = (part: string): Scalar => scalarOf(part, type, parameter);
    if (op === 'from' || op === 'to') {
      const range = ranges.get(field) ?? [null, null];
      range[op === 'from' ? 0 : 1] = value(text);
      ranges.set(field, range);
    } else if (op === 'in') where.push({ field, op, value: text.split(',').map(value) });
    else if (op === 'exists') where.push({ field, op, value: scalarOf(text, 'boolean', parameter) });
    else if (op === 'prefix' && type !== 'text')
      throw new RapportError('INVALID_QUERY', `${field} is not text: a prefix cannot be asked for.`);
    else where.push({ field, op, value: value(text) });
  }
  for (const [field, value] of ranges) where.push({ field, op: 'range', value });
  return {
    countMax: known.limit ?? PAGE_SIZE_DEFAULT,
    ...(where.length === 0 ? {} : { where }),
    ...(known.sort === undefined ? {} : { sort: sortOf(view, known.sort, indexes) }),
    ...(known.after === undefined ? {} : { after: known.after }),
  };
}

function indexesOf(
  view: Exclude<View, { shape: 'entries' }>,
): readonly Pick<IndexedField, 'name' | 'type'>[] {
  return view.indexes;
}

const OPERATORS = ['prefix', 'from', 'to', 'in', 'exists'] as const;
type Operator = (typeof OPERATORS)[number] | 'equals';

function fieldAndOperator(parameter: string): readonly [field: string, op: Operator] {
  const dot = parameter.lastIndexOf('.');
  const suffix = parameter.slice(dot + 1);
  const op = dot === -1 ? undefined : OPERATORS.find((one) => one === suffix);
  return op === undefined ? [parameter, 'equals'] : [parameter.slice(0, dot), op];
}

function scalarOf(text: string, type: IndexedField['type'], parameter: string): Scalar {
  const fail = (what: string): RapportError =>
    new RapportError('INVALID_QUERY', `${parameter.slice(0, 60)} must be ${what}.`, {
      facts: { parameters: parameter.slice(0, 60) },
    });
  switch (type) {
    case 'text':
      return text;
    case 'integer':
      if (!/^-?\d{1,15}$/.test(text)) throw fail('a whole number');
      return Number(text);
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw fail('true or false');
      return text === 'true';
  }
}

function sortOf(
  view: View,
  text: string,
  indexes: ReadonlyMap<string, unknown>,
): NonNullable<FindQuery['sort']> {
  const field = text.replace(/^-/, '');
  if (!indexes.has(field)) throw notIndexed(view, field, [...indexes.keys()]);
  return { field, direction: text.startsWith('-') ? 'descending' : 'ascending' };
}

function notIndexed(view: View, field: string, names: readonly string[]): RapportError {
  const declared = names.length === 0 ? 'it declares none' : `it declares ${names.join(', ')}`;
  return new RapportError(
    'FIELD_NOT_INDEXED',
    `${view.name} cannot be searched by ${field.slice(0, 60)}: ${declared}.`,
    {
      facts: { parameters: field.slice(0, 60) },
    },
  );
}

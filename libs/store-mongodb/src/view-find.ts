import {
  checkPageSize,
  decodeCursor,
  encodeCursor,
  RapportError,
  type FindQuery,
  type Page,
} from '@rapport/kernel';
import type { StoredDocument } from '@rapport/ledger';
import type { Collection, Document } from 'mongodb';
import type { MongoConnection } from './connection.js';
import type { Copy } from './view-catalogue.js';
import { documentOf } from './view-changes.js';
import { STANDING, type KeptDocument } from './view-collections.js';
import { cursorValueOf, declaredField, filterOf, hasValue, valueInCursor } from './view-conditions.js';

/** One walk along an index. */
interface Stage {
  readonly filters: readonly Document[];
  readonly sort: Readonly<Record<string, 1 | -1>>;
}

const CONDITIONS_MAX = 20;

/** One page of documents by declared fields. @throws RapportError `FIELD_NOT_INDEXED`, `INVALID_CURSOR`, `INVALID_QUERY`, `LIMIT_EXCEEDED` */
export async function findDocuments(
  mongo: MongoConnection,
  collection: Collection<KeptDocument>,
  copy: Copy,
  query: FindQuery,
): Promise<Page<StoredDocument>> {
  const { where = [], sort, countMax } = query;
  checkPageSize(countMax);
  if (where.length > CONDITIONS_MAX)
    throw new RapportError(
      'LIMIT_EXCEEDED',
      `A query has at most ${CONDITIONS_MAX} conditions: ask for less.`,
    );
  const conditions = [...where.map((condition) => filterOf(copy, condition)), STANDING];
  const found: KeptDocument[] = [];
  for (const stage of stagesOf(copy, query)) {
    if (found.length > countMax) break;
    const limit = countMax + 1 - found.length;
    const filter = { $and: [...stage.filters, ...conditions] };
    const page = await mongo.run(() => collection.find(filter).sort(stage.sort).limit(limit).toArray());
    found.push(...page);
  }
  const items = found.slice(0, countMax).map(documentOf);
  const last = found[countMax - 1];
  if (found.length <= countMax || last === undefined) return { items };
  const { path } = declaredField(copy, sort?.field ?? 'key');
  const value = path === '_id' ? null : cursorValueOf(last[path as `f${number}`]);
  return {
    items,
    next: encodeCursor([sort?.field ?? 'key', sort?.direction ?? 'ascending', value, last._id]),
  };
}

/**
 * The walks that give the page, one after the other. MongoDB orders documents without a value before all others, as the
 * contract wants it; after a cursor each group of its own is one walk, so that none needs a sort.
 */
function stagesOf(copy: Copy, { sort, after }: FindQuery): readonly Stage[] {
  const field = declaredField(copy, sort?.field ?? 'key');
  const direction = sort?.direction ?? 'ascending';
  const step: 1 | -1 = direction === 'ascending' ? 1 : -1;
  const beyond = direction === 'ascending' ? '$gt' : '$lt';
  const order: Stage['sort'] = field.path === '_id' ? { _id: step } : { [field.path]: step, _id: step };
  const stage = (...filters: readonly Document[]): Stage => ({ filters, sort: order });
  if (after === undefined) return [stage()];
  const [, , value = null, key] = decodeCursor(
    after,
    (parts) =>
      parts.length === 4 &&
      parts[0] === (sort?.field ?? 'key') &&
      parts[1] === direction &&
      typeof parts[3] === 'string',
  );
  const later = { _id: { [beyond]: key } };
  if (field.path === '_id') return [stage(later)];
  const without = { [field.path]: null };
  if (value === null)
    return direction === 'ascending'
      ? [stage(without, later), stage(hasValue(field))]
      : [stage(without, later)];
  const at = valueInCursor(field, value);
  const stages = [stage({ [field.path]: at }, later), stage({ [field.path]: { [beyond]: at } })];
  return direction === 'ascending' ? stages : [...stages, stage(without)];
}

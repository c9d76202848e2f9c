import {
  checkPageSize,
  placeCursor,
  placeIn,
  RapportError,
  type EntriesQuery,
  type JsonObject,
  type Page,
  type StoredEntry,
} from '@rapport/kernel';
import type { Collection, Document } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { idBeyond, idFrom, orderedId, partsOf } from './ordered-ids.js';
import type { Copy } from './view-catalogue.js';
import { fieldOf, STANDING, type KeptDocument } from './view-collections.js';

export function entryOf({ _id, d = '{}', p = 0n, r = '' }: KeptDocument): StoredEntry {
  const [key = '', time = '', source = '', id = '', subject = ''] = partsOf(_id);
  return { key, time, source, id, subject, entry: JSON.parse(d) as JsonObject, position: p, recordedat: r };
}

/**
 * One page of a key's entries: a range of `_id`, since places are ordered as their `_id`s are. Text is compared here as the
 * engine compares it where it replays, so entries that do not say it are read and passed over.
 * @throws RapportError `FIELD_NOT_INDEXED`, `INVALID_CURSOR`, `INVALID_QUERY`, `LIMIT_EXCEEDED`
 */
export async function pageOfEntries(
  mongo: MongoConnection,
  collection: Collection<KeptDocument>,
  copy: Copy,
  key: string,
  query: EntriesQuery,
): Promise<Page<StoredEntry>> {
  const { filter = {}, text, order = 'newestFirst', countMax } = query;
  checkPageSize(countMax);
  const filters: Document[] = [
    ...rangesOf(key, query),
    ...Object.entries(filter).map(([name, wanted]) => memberOf(copy, name, wanted)),
    STANDING,
  ];
  const says = text?.toLowerCase();
  const found = await mongo.run(async () => {
    const cursor = collection.find({ $and: filters }).sort({ _id: order === 'newestFirst' ? -1 : 1 });
    if (says === undefined) return (await cursor.limit(countMax + 1).toArray()).map(entryOf);
    const saying: StoredEntry[] = [];
    for await (const kept of cursor) {
      const entry = entryOf(kept);
      if (headlineOf(entry).includes(says) && saying.push(entry) > countMax) break;
    }
    return saying;
  });
  const items = found.slice(0, countMax);
  const last = items.at(-1);
  if (found.length <= countMax || last === undefined) return { items };
  return { items, next: placeCursor(last) };
}

function rangesOf(
  key: string,
  { from, to, order = 'newestFirst', after }: EntriesQuery,
): readonly Document[] {
  const range: Document = {
    $gte: from === undefined ? orderedId([key]) : idFrom([key], from),
    $lt: to === undefined ? idBeyond([], key) : idBeyond([key], to),
  };
  if (after === undefined) return [{ _id: range }];
  const { time, source, id, subject } = placeIn(after);
  const at = orderedId([key, time, source, id, subject]);
  return [{ _id: range }, { _id: order === 'newestFirst' ? { $lt: at } : { $gt: at } }];
}

const headlineOf = ({ entry }: StoredEntry): string => {
  const headline = entry['headline'];
  return typeof headline === 'string' ? headline.toLowerCase() : '';
};

function memberOf(copy: Copy, name: string, value: string | readonly string[]): Document {
  const index = copy.fields.findIndex((field) => field.name === name);
  if (index >= 0) {
    const wanted = typeof value === 'string' ? [value] : value;
    return { [fieldOf(index)]: { $in: wanted.flatMap(spelledBy) } };
  }
  const declared = copy.fields.map((field) => field.name).join(', ');
  throw new RapportError(
    'FIELD_NOT_INDEXED',
    `Entries of ${copy.name} cannot be filtered by that field: use one of ${declared}.`,
    { facts: { view: copy.name } },
  );
}

/** The values of a member that a filter's text stands for: the text itself, and the number or truth value it spells. */
function spelledBy(value: string): readonly (string | number | boolean)[] {
  if (value === 'true' || value === 'false') return [value, value === 'true'];
  return String(Number(value)) === value && Number.isFinite(Number(value)) ? [value, Number(value)] : [value];
}

import {
  compareTimeOrder,
  placeCursor,
  placeIn,
  RapportError,
  type EntriesQuery,
  type Json,
  type Page,
  type StoredEntry,
  type View,
} from '@rapport/kernel';

/**
 * One page of replayed entries, by the same rules as a store's: filters, text, order, cursor.
 * @param entries all entries of the key, oldest first
 */
export function pageOf(view: View, entries: readonly StoredEntry[], query: EntriesQuery): Page<StoredEntry> {
  const { from, to, filter = {}, text, order = 'newestFirst', after, countMax } = query;
  const filters: readonly string[] = view.shape === 'entries' ? view.filters : [];
  for (const name of Object.keys(filter)) {
    if (!filters.includes(name))
      throw new RapportError(
        'FIELD_NOT_INDEXED',
        `Entries of ${view.name} cannot be filtered by that field: use one of ${filters.join(', ')}.`,
      );
  }
  const wanted = text?.toLowerCase();
  let found = entries.filter(({ time, entry }) => {
    if ((from !== undefined && time < from) || (to !== undefined && time > to)) return false;
    if (wanted !== undefined && !textOf(entry['headline']).toLowerCase().includes(wanted)) return false;
    return Object.entries(filter).every(([name, value]) =>
      typeof value === 'string' ? entry[name] === value : value.includes(textOf(entry[name])),
    );
  });
  if (order === 'newestFirst') found = found.toReversed();
  if (after !== undefined) {
    const place = placeIn(after);
    const sign = order === 'newestFirst' ? -1 : 1;
    found = found.filter((entry) => sign * compareTimeOrder(entry, place) > 0);
  }
  const items = found.slice(0, countMax);
  const last = items.at(-1);
  return found.length > countMax && last !== undefined ? { items, next: placeCursor(last) } : { items };
}

/** A member as filters compare it: an object or a missing one is like no text. */
const textOf = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

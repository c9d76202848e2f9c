import {
  compareTimeOrder,
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
    const place = decodePlace(after);
    const sign = order === 'newestFirst' ? -1 : 1;
    found = found.filter((entry) => sign * compareTimeOrder(entry, place) > 0);
  }
  const items = found.slice(0, countMax);
  const last = items.at(-1);
  return found.length > countMax && last !== undefined ? { items, next: encodePlace(last) } : { items };
}

/** A member as filters compare it: an object or a missing one is like no text. */
const textOf = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

const encodePlace = ({ time, source, id, subject }: StoredEntry): string =>
  Buffer.from(JSON.stringify([time, source, id, subject])).toString('base64url');

function decodePlace(cursor: string): { time: string; source: string; id: string; subject: string } {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 4 && parts.every((part) => typeof part === 'string')) {
      const [time, source, id, subject] = parts as [string, string, string, string];
      return { time, source, id, subject };
    }
  } catch {
    // falls through to the same refusal
  }
  throw new RapportError(
    'INVALID_CURSOR',
    'The cursor is not one of this query: take `next` of the page before, unchanged.',
  );
}

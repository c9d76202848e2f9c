import { decodeCursor, encodeCursor, type CursorParts, type Page } from '@rapport/kernel';

/** Items that belong to one key. */
interface OfKey<T> {
  readonly key: string;
  readonly items: readonly T[];
}

/** Where a page begins: behind so many items of a key. */
export interface PageStart {
  readonly key: string;
  readonly taken: number;
}

/** A cursor of {@link pageOfKeys}: the scope it was made in, then where the next page begins. */
export function startIn(
  cursor: string,
  scopeParts: number,
): { readonly scope: CursorParts; readonly start: PageStart } {
  const parts = decodeCursor(
    cursor,
    (read) => read.length === scopeParts + 2 && TAKEN.test(read.at(-1) ?? ''),
  );
  const [key, taken] = parts.slice(scopeParts);
  return { scope: parts.slice(0, scopeParts), start: { key: key ?? '', taken: Number(taken) } };
}

const TAKEN = /^\d{1,9}$/;

/**
 * One page of items that come key by key. Its cursor names the scope of the question, so that the next page answers the
 * same question whatever was recorded since.
 * @param contents begin with the key of the start, if there is one
 */
export async function pageOfKeys<T>(
  contents: AsyncIterable<OfKey<T>>,
  countMax: number,
  scope: CursorParts,
  start: PageStart | undefined,
): Promise<Page<T>> {
  const items: T[] = [];
  let at: PageStart | undefined = start;
  for await (const { key, items: all } of contents) {
    const skipped = at?.key === key ? at.taken : 0;
    const room = countMax - items.length;
    const given = all.slice(skipped, skipped + room);
    if (room === 0 && all.length > skipped)
      return { items, next: encodeCursor([...scope, at?.key ?? key, String(at?.taken ?? 0)]) };
    items.push(...given);
    at = { key, taken: skipped + given.length };
    if (all.length > at.taken) return { items, next: encodeCursor([...scope, key, String(at.taken)]) };
  }
  return { items };
}

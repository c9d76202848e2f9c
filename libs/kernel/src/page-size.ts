import { RapportError } from './errors.js';

/** At most so many items a page. */
const PAGE_ITEMS_MAX = 10_000;

/** Refuses a page that is none, or too large. @throws RapportError `INVALID_QUERY`, `LIMIT_EXCEEDED` */
export function checkPageSize(countMax: number): void {
  if (!Number.isSafeInteger(countMax) || countMax < 1)
    throw new RapportError('INVALID_QUERY', 'The size of a page is a whole number from 1.');
  if (countMax > PAGE_ITEMS_MAX)
    throw new RapportError(
      'LIMIT_EXCEEDED',
      `A page holds at most ${PAGE_ITEMS_MAX} items: ask for less and follow the cursor.`,
    );
}

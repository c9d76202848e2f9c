import { parseStart, RapportError, valueOf, type EntriesQuery, type View } from '@rapport/kernel';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../requests/page-size.js';
import { ChoiceField, IntegerField, TextField } from '../requests/query-fields.js';
import { BOUNDED_PARAMETERS, BoundedQuery } from '../requests/read-query.js';
import { timeBound } from '../requests/read-scope.js';

/** Parameters of a page of entries besides the filters of its view. */
export class EntriesParameters extends BoundedQuery {
  @TextField('The first day or time.', '2026-01-01')
  readonly from?: string;

  @TextField('The last day or time.', '2026-01-31')
  readonly to?: string;

  @TextField('Text that the headline holds, whatever its case.', 'complaint')
  readonly text?: string;

  @ChoiceField('`newestFirst` unless given.', ['newestFirst', 'oldestFirst'])
  readonly order?: 'newestFirst' | 'oldestFirst';

  @TextField('The cursor of the page before: its `next`.')
  readonly after?: string;

  @IntegerField('Most items of the page.', { min: 1, max: PAGE_SIZE_MAX, default: PAGE_SIZE_DEFAULT })
  readonly limit?: number;
}

/** Names of those parameters. */
export const ENTRIES_PARAMETERS: ReadonlySet<string> = new Set([
  ...BOUNDED_PARAMETERS,
  ...['from', 'to', 'text', 'order', 'after', 'limit'],
]);

/** The first moment of a day, or a time as it stands. */
export const startBound = (text: string, name: string): string => valueOf(parseStart(text, name));

/** Reads a page of entries; every parameter that is not listed must be a filter of the view, several values by commas. */
export function entriesQueryOf(
  view: View,
  known: EntriesParameters,
  others: ReadonlyMap<string, string>,
): EntriesQuery {
  const filters: readonly string[] = view.shape === 'entries' ? view.filters : [];
  const filter: Record<string, readonly string[]> = {};
  for (const [name, text] of others) {
    if (!filters.includes(name)) {
      throw new RapportError(
        'FIELD_NOT_INDEXED',
        `Entries of ${view.name} cannot be filtered by ${name.slice(0, 60)}: it declares ${filters.join(', ') || 'none'}.`,
        {
          facts: { parameters: name.slice(0, 60) },
        },
      );
    }
    filter[name] = text.split(',');
  }
  const from = known.from === undefined ? undefined : startBound(known.from, 'from');
  const to = timeBound(known.to, 'to');
  return {
    filter,
    countMax: known.limit ?? PAGE_SIZE_DEFAULT,
    order: known.order ?? 'newestFirst',
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(known.text === undefined ? {} : { text: known.text }),
    ...(known.after === undefined ? {} : { after: known.after }),
  };
}

import { ChoiceField, FlagField, IntegerField, ListField, TextField } from '../requests/query-fields.js';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../requests/page-size.js';
import { BoundedQuery, ReadQuery } from '../requests/read-query.js';

/** Parameters of a timeline. */
export class TimelineParameters extends BoundedQuery {
  @ListField('Families of kinds.', 'sale,complaint')
  readonly family?: readonly string[];

  @ListField('Short names of kinds.', 'SaleCompleted')
  readonly kind?: readonly string[];

  @ListField('Channels.', 'email')
  readonly channel?: readonly string[];

  @ListField('Directions.', 'inbound')
  readonly direction?: readonly string[];

  @ListField('Episodes.')
  readonly episode?: readonly string[];

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

  @ChoiceField('`episode`: cases instead of touchpoints, the latest moved first.', ['episode'])
  readonly groupBy?: 'episode';

  @FlagField('The party together with all its members: a firm and its people.')
  readonly tree?: boolean;
}

/** Two pairs of bounds to compare. */
export class DiffParameters extends ReadQuery {
  @TextField('First side: only what happened by then.', '2026-01-31')
  readonly firstAsOf?: string;

  @TextField('First side: only what the ledger had recorded by then.', '2026-01-31')
  readonly firstKnownAt?: string;

  @TextField('Second side: only what happened by then.')
  readonly secondAsOf?: string;

  @TextField('Second side: only what the ledger had recorded by then.')
  readonly secondKnownAt?: string;
}

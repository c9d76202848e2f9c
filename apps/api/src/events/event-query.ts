import {
  ChoiceField,
  FlagField,
  IntegerField,
  ListField,
  PositionField,
  TextField,
} from '../requests/query-fields.js';
import { TenantQuery } from '../requests/read-query.js';

const FEED_SIZE_MAX = 1_000_000_000;
const PAGE_MAX = 1_000;

/** Parameters of an answer that shows events. */
export class EventQuery extends TenantQuery {
  @FlagField('Shows personal values too; without it the answer only says where they stand.')
  readonly personal?: boolean;
}

export class FeedQuery extends EventQuery {
  @PositionField('Gives events after this position; from the beginning without it.')
  readonly after?: string;

  @ListField('Only these kinds, by full type name.', 'rapport.sale.SaleCompleted.v1')
  readonly types?: readonly string[];

  @IntegerField('Most events of the answer: 100 unless given, and at most 1,000 in a page.', {
    min: 1,
    max: FEED_SIZE_MAX,
  })
  readonly limit?: number;
}

export class LookUpQuery extends EventQuery {
  @TextField('The stream.', 'relationship/c-1')
  readonly subject?: string;

  @TextField('The emitter.', 'https://shop.example')
  readonly source?: string;

  @TextField("The emitter's id of the event.", 'order-17')
  readonly id?: string;
}

export class StreamQuery extends EventQuery {
  @IntegerField('The first revision: 0 unless given, the last when reading backwards.', {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  })
  readonly from?: number;

  @ChoiceField('`forwards` unless given.', ['forwards', 'backwards'])
  readonly direction?: 'forwards' | 'backwards';

  @IntegerField('Most events of the answer.', { min: 1, max: PAGE_MAX, default: 100 })
  readonly limit?: number;
}

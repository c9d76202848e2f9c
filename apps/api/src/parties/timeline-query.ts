import { ChoiceField, FlagField, ListField } from '../requests/query-fields.js';
import { EntriesParameters } from '../views/entries-query.js';

/** Parameters of a timeline. */
export class TimelineParameters extends EntriesParameters {
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

  @ChoiceField('`episode`: cases instead of touchpoints, the latest moved first.', ['episode'])
  readonly groupBy?: 'episode';

  @FlagField('The party together with all its members: a firm and its people.')
  readonly tree?: boolean;
}

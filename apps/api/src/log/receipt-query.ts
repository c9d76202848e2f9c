import { IntegerField } from '../requests/query-fields.js';
import { TenantQuery } from '../requests/read-query.js';

export class ReceiptQuery extends TenantQuery {
  @IntegerField('How long to wait for a checkpoint that covers the event, in milliseconds.', {
    min: 0,
    max: 60_000,
    default: 0,
  })
  readonly waitTimeoutMs?: number;
}

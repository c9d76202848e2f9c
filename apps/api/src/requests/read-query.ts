import { IntegerField, PositionField, TextField } from './query-fields.js';

/** Parameters of every request. */
export class TenantQuery {
  @TextField('The tenant, when the header `Rapport-Tenant` does not name it.', 'main')
  readonly tenant?: string;
}

/** Parameters of every answer from views. */
export class ReadQuery extends TenantQuery {
  @PositionField(
    'Answers only once the views reflect this position: give what recording answered in `Rapport-Position`.',
  )
  readonly waitFor?: string;

  @IntegerField('How long to wait for that, in milliseconds.', { min: 0, max: 60_000, default: 5_000 })
  readonly waitTimeoutMs?: number;
}

/** Parameters of every answer that can be given as of another day, or as known at another time. */
export class BoundedQuery extends ReadQuery {
  @TextField('Only what happened by then: a day (its last moment, UTC) or an RFC 3339 time.', '2026-01-31')
  readonly asOf?: string;

  @TextField(
    'Only what the ledger had recorded by then: a position, a day or an RFC 3339 time.',
    '2026-02-15T12:00:00Z',
  )
  readonly knownAt?: string;

  @TextField(
    'Another way to say `knownAt`: a number of leaves of the proof log, as a checkpoint states it.',
    '1024',
  )
  readonly treeSize?: string;
}

/** Names of those parameters, for routes whose further parameters are named by data. */
export const BOUNDED_PARAMETERS = [
  'tenant',
  'waitFor',
  'waitTimeoutMs',
  'asOf',
  'knownAt',
  'treeSize',
] as const;

/** Two sets of bounds to compare. */
export class TwoBoundsQuery extends ReadQuery {
  @TextField('First side: only what happened by then.', '2026-01-31')
  readonly firstAsOf?: string;

  @TextField('First side: only what the ledger had recorded by then.', '2026-01-31')
  readonly firstKnownAt?: string;

  @TextField('First side: only the first leaves of the proof log, so many.')
  readonly firstTreeSize?: string;

  @TextField('Second side: only what happened by then.')
  readonly secondAsOf?: string;

  @TextField('Second side: only what the ledger had recorded by then.')
  readonly secondKnownAt?: string;

  @TextField('Second side: only the first leaves of the proof log, so many.')
  readonly secondTreeSize?: string;
}

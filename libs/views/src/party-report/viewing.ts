import { RapportError, type JsonObject } from '@rapport/kernel';

/** Why somebody looks, in their own words, and who it is. */
export interface ViewingGiven {
  readonly purpose?: string | undefined;
  readonly actor?: string | undefined;
}

/** What is looked at, and the envelope of the event that says so. */
export interface Viewing {
  readonly id: string;
  readonly source: string;
  /** When: a canonical time. */
  readonly time: string;
  /** The party, or key of a view, that is looked at; none for a whole view. A key with a slash is a stream, not a party. */
  readonly key?: string | undefined;
  /** What is looked at: `replay of timeline`. */
  readonly scope: string;
}

/** The stream of viewings: were they in the stream of the party, looking at its numbers would change them. */
const AUDIT_STREAM = 'policy/audit';
const SCOPE_LENGTH_MAX = 200;

/**
 * The AuditorViewed that a reading records: in the stream `policy/audit`, naming the party that was read about, so that it
 * stands on its timeline and in its reports.
 * Undefined without a purpose: then nothing is recorded.
 * @throws RapportError `INVALID_QUERY` when it does not say who looks, or who looks but not what for
 * @example viewingTouchpoint({ purpose: 'yearly review', actor: 'auditor-1' }, { id, source, time, key: 'c-1', scope: 'report' })
 */
export function viewingTouchpoint(
  { purpose, actor }: ViewingGiven,
  { id, source, time, key, scope }: Viewing,
): JsonObject | undefined {
  if (purpose === undefined && actor === undefined) return undefined;
  if (purpose === undefined || actor === undefined)
    throw new RapportError(
      'INVALID_QUERY',
      'A recorded viewing says what for and who looks: give both purpose and actor, or neither.',
    );
  return {
    specversion: '1.0',
    id,
    source,
    type: 'rapport.governance.AuditorViewed.v1',
    subject: AUDIT_STREAM,
    time,
    actorkind: 'staff',
    actorid: actor,
    data: {
      scope: scope.slice(0, SCOPE_LENGTH_MAX),
      purpose,
      ...(key === undefined || key.includes('/') ? {} : { parties: [{ id: key, role: 'viewed' }] }),
    },
  };
}

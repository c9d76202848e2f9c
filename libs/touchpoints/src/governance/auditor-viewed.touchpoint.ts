import { defineKind } from '../define-kind.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** Somebody looked at records for an audit. */
export class AuditorViewed extends Payload {
  @Label('What was looked at', { lengthMax: 200 }) readonly scope!: string;
  @Optional() @Label('What for', { lengthMax: 200 }) readonly purpose?: string;
}

export const auditorViewed = defineKind({
  family: 'governance',
  name: 'AuditorViewed',
  version: 1,
  description: 'An auditor looked at records of the ledger; `actorid` says who.',
  payload: AuditorViewed,
  headline: ({ data }) => `Viewed for an audit: ${data.scope}.`,
  example: {
    actorkind: 'staff',
    actorid: 'auditor-1',
    data: { scope: 'timeline', purpose: 'yearly review' },
  },
});

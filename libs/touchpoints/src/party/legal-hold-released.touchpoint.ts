import { defineKind } from '../define-kind.js';
import { Label } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A legal hold has ended. */
export class LegalHoldReleased extends Payload {
  @Label('The reference of the hold', { lengthMax: 200 }) readonly reference!: string;
}

export const legalHoldReleased = defineKind({
  family: 'party',
  name: 'LegalHoldReleased',
  version: 1,
  description: 'A legal hold on the personal values of the party has ended.',
  payload: LegalHoldReleased,
  headline: ({ data }) => `Legal hold released (${data.reference}).`,
  example: {
    actorkind: 'staff',
    actorid: 's-7',
    time: '2026-06-05T10:00:00.000Z',
    data: { reference: 'case 2026-17' },
  },
});

import { defineKind } from '../define-kind.js';
import { Day, Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** The personal values of a party have to be kept. */
export class LegalHoldPlaced extends Payload {
  @Label('What orders it, as a reference and not as a story: a case number …', { lengthMax: 200 })
  readonly reference!: string;
  @Optional() @Day('The day on which it is to be looked at again') readonly reviewOn?: string;
}

export const legalHoldPlaced = defineKind({
  family: 'party',
  name: 'LegalHoldPlaced',
  version: 1,
  description:
    'The personal values of the party have to be kept: nobody may erase them until it is released.',
  payload: LegalHoldPlaced,
  headline: ({ data }) => `Legal hold placed (${data.reference}).`,
  example: {
    actorkind: 'staff',
    actorid: 's-7',
    time: '2026-03-05T10:00:00.000Z',
    data: { reference: 'case 2026-17', reviewOn: '2027-03-05' },
  },
});

import { defineKind } from '../define-kind.js';
import { Day, Label, Optional, Whole } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** The personal values of a party were made unreadable. */
export class PersonalDataErased extends Payload {
  @Label('Why: a request of the party, a retention period …', { lengthMax: 200 }) readonly basis!: string;
  @Optional() @Day('The day on which the party asked for it') readonly requestedOn?: string;
  @Optional() @Label('Who approved it, where a second person had to') readonly approvedBy?: string;
  @Optional() @Label('The key that was destroyed; none when there was none') readonly keyid?: string;
  @Optional()
  @Whole('How many personal values became unreadable', { min: 0, max: 1_000_000_000 })
  readonly parts?: number;
}

export const personalDataErased = defineKind({
  family: 'party',
  name: 'PersonalDataErased',
  version: 1,
  description: 'The personal values of the party were erased; what happened stays on record without them.',
  payload: PersonalDataErased,
  headline: ({ data }) => `Personal data erased (${data.basis}).`,
  example: {
    actorkind: 'staff',
    actorid: 's-7',
    time: '2026-04-01T09:30:00.000Z',
    data: {
      basis: 'request of the party',
      requestedOn: '2026-03-30',
      approvedBy: 's-3',
      keyid: 'pJ3kq0Zb2mVYw8T4nR6xLg',
      parts: 12,
    },
  },
});

import { defineKind } from '../define-kind.js';
import { Label, Optional, Whole } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A need was left unmet on purpose. */
export class NeedDeclined extends Payload {
  @Optional() @Label('What was needed') readonly need?: string;
  @Whole('What the firm would have gained, from 0 (nothing) to 10 (very much)', { min: 0, max: 10 })
  readonly benefitUs!: number;
  @Whole('What the party would have gained, from 0 (nothing) to 10 (very much)', { min: 0, max: 10 })
  readonly benefitThem!: number;
}

export const needDeclined = defineKind({
  family: 'need',
  name: 'NeedDeclined',
  version: 1,
  description: 'It was decided not to meet a need of the party.',
  payload: NeedDeclined,
  headline: ({ data }) =>
    `${data.need === undefined ? 'Need' : `Need for ${data.need}`} declined (benefit: us ${data.benefitUs}, them ${data.benefitThem}, of 10).`,
  signals: () => [{ name: 'need.declined' }],
  example: {
    episode: 'need-6',
    time: '2026-03-21T09:00:00.000Z',
    data: { need: 'weekend delivery', benefitUs: 0, benefitThem: 3 },
  },
});

import { defineKind } from '../define-kind.js';
import { Label, Optional, Whole } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A need was met. */
export class NeedSatisfied extends Payload {
  @Optional() @Label('What was needed') readonly need?: string;
  @Whole('What the firm gained, from 0 (nothing) to 10 (very much)', { min: 0, max: 10 })
  readonly benefitUs!: number;
  @Whole('What the party gained, from 0 (nothing) to 10 (very much)', { min: 0, max: 10 })
  readonly benefitThem!: number;
}

export const needSatisfied = defineKind({
  family: 'need',
  name: 'NeedSatisfied',
  version: 1,
  description: 'A need of the party was met, with benefit to both sides.',
  payload: NeedSatisfied,
  headline: ({ data }) =>
    `${data.need === undefined ? 'Need' : `Need for ${data.need}`} satisfied (benefit: us ${data.benefitUs}, them ${data.benefitThem}, of 10).`,
  signals: () => [{ name: 'need.satisfied' }],
  example: {
    episode: 'need-5',
    time: '2026-03-20T09:00:00.000Z',
    data: { need: 'remote monitoring', benefitUs: 4, benefitThem: 8 },
  },
});

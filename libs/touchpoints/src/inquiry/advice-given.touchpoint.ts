import { defineKind } from '../define-kind.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { inquiryLifecycle } from './inquiry.lifecycle.js';

/** The firm advised a party on a choice. */
export class AdviceGiven extends Payload {
  @Label('What there was to choose from', { list: { countMin: 1, countMax: 50 } })
  readonly alternatives!: string[];
  @Label('What was advised') readonly chosen!: string;
  @Optional() @Label('Why', { lengthMax: 500 }) readonly reason?: string;
}

export const adviceGiven = defineKind({
  family: 'inquiry',
  name: 'AdviceGiven',
  version: 1,
  description: 'The firm compared alternatives for the party and advised one of them.',
  payload: AdviceGiven,
  headline: ({ data }) =>
    `Advised ${data.chosen}, one of ${data.alternatives.length} ${data.alternatives.length === 1 ? 'alternative' : 'alternatives'}.`,
  signals: () => [{ name: 'advice' }],
  lifecycle: inquiryLifecycle,
  example: {
    channel: 'video',
    direction: 'outbound',
    episode: 'inquiry-31',
    time: '2026-02-04T10:00:00.000Z',
    data: {
      alternatives: ['pump P-200', 'pump P-300'],
      chosen: 'pump P-300',
      reason: 'higher flow at the same power',
    },
  },
});

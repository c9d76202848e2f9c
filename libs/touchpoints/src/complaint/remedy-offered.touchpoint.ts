import { defineKind } from '../define-kind.js';
import { moneyText } from '../money-text.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { complaintLifecycle } from './complaint.lifecycle.js';

/** The firm offered to make up for it. What it costs is the common member `cost`. */
export class RemedyOffered extends Payload {
  @Optional() @Label('What was offered', { lengthMax: 200 }) readonly remedy?: string;
}

export const remedyOffered = defineKind({
  family: 'complaint',
  name: 'RemedyOffered',
  version: 1,
  description: 'The firm offered the party a remedy for its complaint.',
  payload: RemedyOffered,
  headline: ({ data }) =>
    `Remedy offered${data.remedy === undefined ? '' : `: ${data.remedy}`}${data.cost === undefined ? '' : ` (${moneyText(data.cost)})`}.`,
  lifecycle: complaintLifecycle,
  example: {
    channel: 'callCentre',
    direction: 'outbound',
    episode: 'complaint-12',
    time: '2026-03-03T10:00:00.000Z',
    data: { remedy: 'refund of the delivery fee', cost: { amountMinor: 1_950, currency: 'EUR' } },
  },
});

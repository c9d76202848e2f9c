import { defineKind } from '../define-kind.js';
import { moneyText } from '../money-text.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { complaintLifecycle } from './complaint.lifecycle.js';

/** A party took the remedy. What it cost is the common member `cost`. */
export class RemedyAccepted extends Payload {
  @Optional() @Label('What was accepted', { lengthMax: 200 }) readonly remedy?: string;
}

export const remedyAccepted = defineKind({
  family: 'complaint',
  name: 'RemedyAccepted',
  version: 1,
  description: 'The party accepted a remedy for its complaint.',
  payload: RemedyAccepted,
  headline: ({ data }) =>
    `Remedy accepted${data.remedy === undefined ? '' : `: ${data.remedy}`}${data.cost === undefined ? '' : ` (${moneyText(data.cost)})`}.`,
  signals: () => [{ name: 'complaint.remedied' }],
  lifecycle: complaintLifecycle,
  example: {
    channel: 'callCentre',
    direction: 'inbound',
    episode: 'complaint-12',
    time: '2026-03-03T10:05:00.000Z',
    data: { remedy: 'refund of the delivery fee', cost: { amountMinor: 1_950, currency: 'EUR' } },
  },
});

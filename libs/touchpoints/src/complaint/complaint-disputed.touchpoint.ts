import { defineKind } from '../define-kind.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { complaintLifecycle } from './complaint.lifecycle.js';

/** A party did not accept how its complaint was handled. */
export class ComplaintDisputed extends Payload {
  @Optional() @Label('On what ground', { lengthMax: 200 }) readonly reason?: string;
}

export const complaintDisputed = defineKind({
  family: 'complaint',
  name: 'ComplaintDisputed',
  version: 1,
  description: 'The party did not accept how its complaint was handled; a closed complaint is open again.',
  payload: ComplaintDisputed,
  headline: ({ data }) =>
    `Handling of the complaint disputed${data.reason === undefined ? '' : `: ${data.reason}`}.`,
  signals: () => [{ name: 'complaint.disputed' }],
  lifecycle: complaintLifecycle,
  example: {
    channel: 'directMail',
    direction: 'inbound',
    episode: 'complaint-12',
    time: '2026-03-16T09:00:00.000Z',
    data: { reason: 'refund did not arrive' },
  },
});

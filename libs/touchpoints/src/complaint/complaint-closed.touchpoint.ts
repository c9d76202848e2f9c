import { defineKind } from '../define-kind.js';
import { Flag } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { complaintLifecycle } from './complaint.lifecycle.js';

/** A complaint came to its end. */
export class ComplaintClosed extends Payload {
  @Flag('Whether the party is satisfied with how it ended') readonly satisfied!: boolean;
}

export const complaintClosed = defineKind({
  family: 'complaint',
  name: 'ComplaintClosed',
  version: 1,
  description: 'The complaint was closed, to the satisfaction of the party or not.',
  payload: ComplaintClosed,
  headline: ({ data }) => `Complaint closed; the party is ${data.satisfied ? '' : 'not '}satisfied.`,
  signals: ({ data }) => [{ name: data.satisfied ? 'complaint.satisfied' : 'complaint.unsatisfied' }],
  lifecycle: complaintLifecycle,
  example: {
    episode: 'complaint-12',
    time: '2026-03-06T09:00:00.000Z',
    data: { satisfied: true, sentiment: 1 },
  },
});

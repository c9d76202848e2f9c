import { defineKind } from '../define-kind.js';
import { Optional, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { complaintLifecycle } from './complaint.lifecycle.js';

/** The firm confirmed that a complaint had arrived. */
export class ComplaintAcknowledged extends Payload {
  @Optional() @Personal() @Text('What the party was told') readonly text?: string;
}

export const complaintAcknowledged = defineKind({
  family: 'complaint',
  name: 'ComplaintAcknowledged',
  version: 1,
  description: 'The firm told the party that its complaint had arrived.',
  payload: ComplaintAcknowledged,
  headline: () => 'Complaint acknowledged.',
  lifecycle: complaintLifecycle,
  example: {
    channel: 'email',
    direction: 'outbound',
    episode: 'complaint-12',
    time: '2026-03-02T10:00:00.000Z',
    data: { text: 'We have your complaint and look into it.' },
  },
});

import { defineKind } from '../define-kind.js';
import { Optional, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { complaintLifecycle } from './complaint.lifecycle.js';

/** The firm told a party what came of its complaint. */
export class ComplaintResponded extends Payload {
  @Optional() @Personal() @Text('The response') readonly text?: string;
}

export const complaintResponded = defineKind({
  family: 'complaint',
  name: 'ComplaintResponded',
  version: 1,
  description: 'The firm told the party what came of its complaint.',
  payload: ComplaintResponded,
  headline: () => 'Response to the complaint sent.',
  lifecycle: complaintLifecycle,
  example: {
    channel: 'email',
    direction: 'outbound',
    episode: 'complaint-12',
    time: '2026-03-03T12:00:00.000Z',
    data: { text: 'The fee is on its way back to you.' },
  },
});

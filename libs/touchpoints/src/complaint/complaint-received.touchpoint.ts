import { defineKind } from '../define-kind.js';
import { Label, OneOf, Optional, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { complaintLifecycle } from './complaint.lifecycle.js';
import { SEVERITIES, type Severity } from './severity.js';

/** A party complained. */
export class ComplaintReceived extends Payload {
  @Label('What sort of complaint') readonly category!: string;
  @OneOf('How grave it is', SEVERITIES) readonly severity!: Severity;
  @Optional() @Personal() @Text('The complaint in the words of the party') readonly text?: string;
}

export const complaintReceived = defineKind({
  family: 'complaint',
  name: 'ComplaintReceived',
  version: 1,
  description: 'The party complained: a complaint begins (ISO 10002).',
  payload: ComplaintReceived,
  headline: ({ data }) => `Complained about ${data.category} (${data.severity}).`,
  signals: ({ data }) => [{ name: `complaint.${data.severity}` }],
  lifecycle: complaintLifecycle,
  example: {
    channel: 'callCentre',
    direction: 'inbound',
    episode: 'complaint-12',
    time: '2026-03-02T09:00:00.000Z',
    data: {
      category: 'delivery',
      severity: 'major',
      text: 'Two weeks late, and nobody called me back.',
      sentiment: -2,
    },
  },
});

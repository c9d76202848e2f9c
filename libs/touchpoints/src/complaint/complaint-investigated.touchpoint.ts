import { defineKind } from '../define-kind.js';
import { Flag, Label, Optional, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { complaintLifecycle } from './complaint.lifecycle.js';

/** The firm looked into a complaint. */
export class ComplaintInvestigated extends Payload {
  @Optional() @Label('What caused it') readonly cause?: string;
  @Optional() @Flag('Whether the complaint is justified') readonly justified?: boolean;
  @Optional() @Personal() @Text('What was found') readonly text?: string;
}

export const complaintInvestigated = defineKind({
  family: 'complaint',
  name: 'ComplaintInvestigated',
  version: 1,
  description: 'The firm looked into the causes of a complaint.',
  payload: ComplaintInvestigated,
  headline: ({ data }) =>
    `Complaint investigated${data.cause === undefined ? '' : `; cause: ${data.cause}`}.`,
  lifecycle: complaintLifecycle,
  example: {
    episode: 'complaint-12',
    time: '2026-03-03T09:00:00.000Z',
    data: { cause: 'carrier', justified: true, text: 'The carrier lost the parcel.', effortMinutes: 90 },
  },
});

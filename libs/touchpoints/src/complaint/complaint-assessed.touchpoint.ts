import { defineKind } from '../define-kind.js';
import { Flag, OneOf, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { complaintLifecycle } from './complaint.lifecycle.js';
import { SEVERITIES, type Severity } from './severity.js';

/** The firm judged how grave a complaint is. */
export class ComplaintAssessed extends Payload {
  @Optional() @OneOf('How grave it is found to be', SEVERITIES) readonly severity?: Severity;
  @Optional() @Flag('Whether it must be dealt with at once') readonly urgent?: boolean;
}

export const complaintAssessed = defineKind({
  family: 'complaint',
  name: 'ComplaintAssessed',
  version: 1,
  description: 'The firm assessed a complaint: how grave, how urgent.',
  payload: ComplaintAssessed,
  headline: ({ data }) =>
    `Complaint assessed${data.severity === undefined ? '' : ` as ${data.severity}`}${data.urgent === true ? ', urgent' : ''}.`,
  lifecycle: complaintLifecycle,
  example: {
    episode: 'complaint-12',
    time: '2026-03-02T11:00:00.000Z',
    data: { severity: 'major', urgent: true },
  },
});

import { defineKind } from '../define-kind.js';
import { Optional, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { inquiryLifecycle } from './inquiry.lifecycle.js';

/** The firm answered a question. */
export class InquiryAnswered extends Payload {
  @Optional() @Personal() @Text('The answer') readonly text?: string;
}

export const inquiryAnswered = defineKind({
  family: 'inquiry',
  name: 'InquiryAnswered',
  version: 1,
  description: 'The firm answered an inquiry of the party.',
  payload: InquiryAnswered,
  headline: () => 'Inquiry answered.',
  signals: () => [{ name: 'inquiry.answered' }],
  lifecycle: inquiryLifecycle,
  example: {
    channel: 'email',
    direction: 'outbound',
    episode: 'inquiry-31',
    time: '2026-02-02T15:20:00.000Z',
    data: { text: 'Within ten working days.', effortMinutes: 15 },
  },
});

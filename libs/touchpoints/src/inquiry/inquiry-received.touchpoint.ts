import { defineKind } from '../define-kind.js';
import { Label, Optional, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { inquiryLifecycle } from './inquiry.lifecycle.js';

/** A party asked something. */
export class InquiryReceived extends Payload {
  @Label('What it is about') readonly topic!: string;
  @Optional() @Label('The product or service asked about') readonly offering?: string;
  @Optional() @Personal() @Text('The question in the words of the party') readonly text?: string;
}

export const inquiryReceived = defineKind({
  family: 'inquiry',
  name: 'InquiryReceived',
  version: 1,
  description: 'The party asked about something.',
  payload: InquiryReceived,
  headline: ({ data }) =>
    `Asked about ${data.topic}${data.offering === undefined ? '' : ` (${data.offering})`}.`,
  signals: () => [{ name: 'inquiry' }],
  lifecycle: inquiryLifecycle,
  example: {
    channel: 'email',
    direction: 'inbound',
    episode: 'inquiry-31',
    time: '2026-02-02T09:00:00.000Z',
    data: {
      topic: 'delivery times',
      offering: 'pump P-200',
      text: 'How soon could you deliver two of them?',
    },
  },
});

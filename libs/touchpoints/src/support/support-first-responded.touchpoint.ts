import { defineKind } from '../define-kind.js';
import { Optional, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** The firm reacted to a request for help. */
export class SupportFirstResponded extends Payload {
  @Optional() @Personal() @Text('What the party was told') readonly text?: string;
}

export const supportFirstResponded = defineKind({
  family: 'support',
  name: 'SupportFirstResponded',
  version: 1,
  description: 'The firm reacted to a request for help for the first time.',
  payload: SupportFirstResponded,
  headline: () => 'First response to the support request.',
  example: {
    channel: 'callCentre',
    direction: 'outbound',
    episode: 'ticket-77',
    time: '2026-03-04T09:20:00.000Z',
    data: { text: 'A technician calls you within the hour.' },
  },
});

import { defineKind } from '../define-kind.js';
import { Label, Optional, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A party asked for help. */
export class SupportRequested extends Payload {
  @Label('What it is about') readonly topic!: string;
  @Optional() @Label('The service level that applies') readonly slaId?: string;
  @Optional() @Personal() @Text('The request in the words of the party') readonly text?: string;
}

export const supportRequested = defineKind({
  family: 'support',
  name: 'SupportRequested',
  version: 1,
  description: 'The party asked for help with something it has.',
  payload: SupportRequested,
  headline: ({ data }) => `Support requested: ${data.topic}.`,
  signals: () => [{ name: 'support.requested' }],
  example: {
    channel: 'callCentre',
    direction: 'inbound',
    episode: 'ticket-77',
    time: '2026-03-04T09:00:00.000Z',
    data: { topic: 'installation', slaId: 'gold', text: 'The kit does not connect.' },
  },
});

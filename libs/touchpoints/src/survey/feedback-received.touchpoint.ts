import { defineKind } from '../define-kind.js';
import { Label, Optional, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A party said what it thinks. */
export class FeedbackReceived extends Payload {
  @Optional() @Label('What it is about') readonly topic?: string;
  @Optional() @Personal() @Text('What the party said') readonly text?: string;
}

export const feedbackReceived = defineKind({
  family: 'survey',
  name: 'FeedbackReceived',
  version: 1,
  description: 'The party told the firm what it thinks, unasked.',
  payload: FeedbackReceived,
  headline: ({ data }) =>
    data.topic === undefined ? 'Feedback received.' : `Feedback received about ${data.topic}.`,
  signals: () => [{ name: 'feedback' }],
  example: {
    channel: 'social',
    direction: 'inbound',
    data: { topic: 'web shop', text: 'The search finds everything now.', sentiment: 1 },
  },
});

import { defineKind } from '../define-kind.js';
import { Label, Personal, Text } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A party said what it prefers. */
export class PreferenceExpressed extends Payload {
  @Label('What the preference is about') readonly about!: string;
  @Personal() @Text('What is preferred', { lengthMax: 500 }) readonly value!: string;
}

export const preferenceExpressed = defineKind({
  family: 'need',
  name: 'PreferenceExpressed',
  version: 1,
  description: 'The party said what it prefers.',
  payload: PreferenceExpressed,
  headline: ({ data }) => `Preference expressed about ${data.about}.`,
  signals: () => [{ name: 'preference' }],
  example: {
    channel: 'callCentre',
    direction: 'inbound',
    data: { about: 'contact hours', value: 'Only before noon, please.' },
  },
});

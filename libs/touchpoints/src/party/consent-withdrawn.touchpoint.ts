import { defineKind } from '../define-kind.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A party took its consent back. */
export class ConsentWithdrawn extends Payload {
  @Label('What the consent was for') readonly purpose!: string;
  @Optional() @Label('How it was withdrawn', { lengthMax: 200 }) readonly basis?: string;
}

export const consentWithdrawn = defineKind({
  family: 'party',
  name: 'ConsentWithdrawn',
  version: 1,
  description: 'The party took back its consent to a purpose.',
  payload: ConsentWithdrawn,
  headline: ({ data }) => `Consent to ${data.purpose} withdrawn.`,
  signals: () => [{ name: 'consent.withdrawn' }],
  example: {
    channel: 'email',
    direction: 'inbound',
    time: '2026-03-09T09:30:00.000Z',
    data: { purpose: 'newsletter', basis: 'unsubscribe link' },
  },
});

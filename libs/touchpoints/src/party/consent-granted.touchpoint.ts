import { defineKind } from '../define-kind.js';
import { Label } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A party agreed to something. */
export class ConsentGranted extends Payload {
  @Label('What the consent is for') readonly purpose!: string;
  @Label('On which basis: a form, a call, a contract …', { lengthMax: 200 }) readonly basis!: string;
}

export const consentGranted = defineKind({
  family: 'party',
  name: 'ConsentGranted',
  version: 1,
  description: 'The party gave its consent to a purpose.',
  payload: ConsentGranted,
  headline: ({ data }) => `Consent to ${data.purpose} granted (${data.basis}).`,
  signals: () => [{ name: 'consent.granted' }],
  example: {
    channel: 'internet',
    direction: 'inbound',
    data: { purpose: 'newsletter', basis: 'sign-up form' },
  },
});

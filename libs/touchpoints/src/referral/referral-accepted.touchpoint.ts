import { defineKind } from '../define-kind.js';
import { PartyRef } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { referralLifecycle } from './referral.lifecycle.js';

/** A referred prospect took it up. */
export class ReferralAccepted extends Payload {
  @PartyRef('Who was referred') readonly prospect!: string;
}

export const referralAccepted = defineKind({
  family: 'referral',
  name: 'ReferralAccepted',
  version: 1,
  description: 'The prospect that the party had referred got in touch with the firm.',
  payload: ReferralAccepted,
  headline: ({ data }) => `${data.prospect} took up the referral.`,
  signals: () => [{ name: 'referral.accepted' }],
  names: ({ prospect }) => [prospect],
  lifecycle: referralLifecycle,
  example: { time: '2026-03-14T10:00:00.000Z', data: { prospect: 'c-2002' } },
});

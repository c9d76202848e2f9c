import { defineKind } from '../define-kind.js';
import { OneOf, PartyRef } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { referralLifecycle } from './referral.lifecycle.js';

/** Why a referral does not count. */
export const REFERRAL_REJECTIONS = ['self', 'cycle', 'window', 'known'] as const;

/** A referral does not count. */
export class ReferralRejected extends Payload {
  @PartyRef('Who was referred') readonly prospect!: string;
  @OneOf('Why: of oneself, in a circle, outside the time allowed, or known already', REFERRAL_REJECTIONS)
  readonly reason!: (typeof REFERRAL_REJECTIONS)[number];
}

export const referralRejected = defineKind({
  family: 'referral',
  name: 'ReferralRejected',
  version: 1,
  description: 'The firm decided that a referral of the party does not count.',
  payload: ReferralRejected,
  headline: ({ data }) => `The referral of ${data.prospect} was rejected (${data.reason}).`,
  names: ({ prospect }) => [prospect],
  lifecycle: referralLifecycle,
  example: { time: '2026-03-15T10:00:00.000Z', data: { prospect: 'c-2003', reason: 'known' } },
});

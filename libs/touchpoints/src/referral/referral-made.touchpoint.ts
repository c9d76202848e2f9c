import { defineKind } from '../define-kind.js';
import { Label, Optional, PartyRef } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { referralLifecycle } from './referral.lifecycle.js';

/** A party brought another. It is recorded in the stream of the one who refers. */
export class ReferralMade extends Payload {
  @PartyRef('Who was referred') readonly prospect!: string;
  @Optional() @Label('How: in talk, by a link, by a card …') readonly medium?: string;
}

export const referralMade = defineKind({
  family: 'referral',
  name: 'ReferralMade',
  version: 1,
  description: 'The party referred a prospect to the firm.',
  payload: ReferralMade,
  headline: ({ data }) => `Referred ${data.prospect}${data.medium === undefined ? '' : ` (${data.medium})`}.`,
  signals: () => [{ name: 'referral.made' }],
  names: ({ prospect }) => [prospect],
  lifecycle: referralLifecycle,
  example: {
    channel: 'partner',
    direction: 'inbound',
    time: '2026-03-13T10:00:00.000Z',
    data: { prospect: 'c-2002', medium: 'link' },
  },
});

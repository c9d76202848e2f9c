import { defineKind } from '../define-kind.js';
import { moneyText } from '../money-text.js';
import { EventRef, Label, OneOf, Optional, Part, PartyRef } from '../payload/members.js';
import { Amount, Payload } from '../payload/payload.js';
import { referralLifecycle } from './referral.lifecycle.js';

/** Whether the prospect would have come without the referral. */
export const COUNTERFACTUALS = ['wouldNotHaveCome', 'wouldHaveCome'] as const;

/** A referral led to a sale. */
export class ReferralConverted extends Payload {
  @PartyRef('Who was referred') readonly prospect!: string;
  @EventRef('The sale to the prospect') readonly sale!: string;
  @OneOf('Whether the prospect would have come without the referral', COUNTERFACTUALS)
  readonly counterfactual!: (typeof COUNTERFACTUALS)[number];
  @Label('What that is concluded from: a survey, a model, the word of the prospect …', { lengthMax: 200 })
  readonly basis!: string;
  @Optional() @Part('What the sale was worth', () => Amount) readonly value?: Amount;
}

export const referralConverted = defineKind({
  family: 'referral',
  name: 'ReferralConverted',
  version: 1,
  description: 'The prospect that the party had referred bought something.',
  payload: ReferralConverted,
  headline: ({ data }) =>
    `The referral of ${data.prospect} led to a sale${data.value === undefined ? '' : ` of ${moneyText(data.value)}`} that would ${data.counterfactual === 'wouldHaveCome' ? 'have come anyway' : 'not have come otherwise'}.`,
  signals: () => [{ name: 'referral.converted' }],
  names: ({ prospect }) => [prospect],
  lifecycle: referralLifecycle,
  example: {
    time: '2026-03-20T10:00:00.000Z',
    data: {
      prospect: 'c-2002',
      sale: 'order-9001',
      counterfactual: 'wouldNotHaveCome',
      basis: 'survey',
      value: { amountMinor: 24_950, currency: 'EUR' },
    },
  },
});

import { defineKind } from '../define-kind.js';
import { moneyText } from '../money-text.js';
import { Day, Label, Optional, Part } from '../payload/members.js';
import { Amount, Payload } from '../payload/payload.js';

/** A subscription went on for another term. */
export class SubscriptionRenewed extends Payload {
  @Label('The plan') readonly plan!: string;
  @Optional() @Part('Price of one term', () => Amount) readonly price?: Amount;
  @Optional() @Day('Last day of the new term') readonly validTo?: string;
}

export const subscriptionRenewed = defineKind({
  family: 'sale',
  name: 'SubscriptionRenewed',
  version: 1,
  description: 'The party renewed a subscription for another term.',
  payload: SubscriptionRenewed,
  headline: ({ data }) =>
    `Renewed ${data.plan}${data.price === undefined ? '' : ` for ${moneyText(data.price)}`}.`,
  signals: () => [{ name: 'subscription.renewed' }],
  example: {
    episode: 'subscription-2',
    time: '2027-01-08T09:00:00.000Z',
    data: { plan: 'maintenance', price: { amountMinor: 12_500, currency: 'EUR' }, validTo: '2028-01-09' },
  },
});

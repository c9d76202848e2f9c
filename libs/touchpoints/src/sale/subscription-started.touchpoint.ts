import { defineKind } from '../define-kind.js';
import { moneyText } from '../money-text.js';
import { Day, Label, Optional, Part } from '../payload/members.js';
import { Amount, Payload } from '../payload/payload.js';

/** A party subscribed. */
export class SubscriptionStarted extends Payload {
  @Label('The plan') readonly plan!: string;
  @Optional() @Part('Price of one term', () => Amount) readonly price?: Amount;
  @Optional() @Day('Last day of the term') readonly validTo?: string;
}

export const subscriptionStarted = defineKind({
  family: 'sale',
  name: 'SubscriptionStarted',
  version: 1,
  description: 'The party began a subscription.',
  payload: SubscriptionStarted,
  headline: ({ data }) =>
    `Subscribed to ${data.plan}${data.price === undefined ? '' : ` for ${moneyText(data.price)}`}.`,
  signals: () => [{ name: 'subscription.started' }],
  example: {
    episode: 'subscription-2',
    time: '2026-01-10T09:00:00.000Z',
    data: { plan: 'maintenance', price: { amountMinor: 12_000, currency: 'EUR' }, validTo: '2027-01-09' },
  },
});

import { defineKind } from '../define-kind.js';
import { Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A subscription came to its end. */
export class SubscriptionCancelled extends Payload {
  @Label('The plan') readonly plan!: string;
  @Optional() @Label('Why', { lengthMax: 200 }) readonly reason?: string;
}

export const subscriptionCancelled = defineKind({
  family: 'sale',
  name: 'SubscriptionCancelled',
  version: 1,
  description: 'The party cancelled a subscription.',
  payload: SubscriptionCancelled,
  headline: ({ data }) => `Cancelled ${data.plan}${data.reason === undefined ? '' : `: ${data.reason}`}.`,
  signals: () => [{ name: 'subscription.cancelled' }],
  example: {
    episode: 'subscription-2',
    time: '2027-12-01T09:00:00.000Z',
    data: { plan: 'maintenance', reason: 'equipment sold' },
  },
});

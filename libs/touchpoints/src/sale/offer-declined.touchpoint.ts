import { defineKind } from '../define-kind.js';
import { EventRef, Label, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A party did not take an offer. */
export class OfferDeclined extends Payload {
  @Optional() @Label('Why', { lengthMax: 200 }) readonly reason?: string;
  @Optional() @EventRef('The offer') readonly offer?: string;
}

export const offerDeclined = defineKind({
  family: 'sale',
  name: 'OfferDeclined',
  version: 1,
  description: 'The party declined an offer of the firm.',
  payload: OfferDeclined,
  headline: ({ data }) => (data.reason === undefined ? 'Offer declined.' : `Offer declined: ${data.reason}.`),
  signals: () => [{ name: 'offer.declined' }],
  example: {
    channel: 'email',
    direction: 'inbound',
    episode: 'offer-9',
    time: '2026-02-23T09:00:00.000Z',
    data: { reason: 'too expensive' },
  },
});

import { defineKind } from '../define-kind.js';
import { EventRef, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** A party took an offer. */
export class OfferAccepted extends Payload {
  @Optional() @EventRef('The offer') readonly offer?: string;
}

export const offerAccepted = defineKind({
  family: 'sale',
  name: 'OfferAccepted',
  version: 1,
  description: 'The party accepted an offer of the firm.',
  payload: OfferAccepted,
  headline: () => 'Offer accepted.',
  signals: () => [{ name: 'offer.accepted' }],
  example: {
    channel: 'email',
    direction: 'inbound',
    episode: 'offer-8',
    time: '2026-02-23T09:00:00.000Z',
    data: { offer: 'offer-made-1' },
  },
});

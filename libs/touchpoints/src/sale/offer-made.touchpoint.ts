import { defineKind } from '../define-kind.js';
import { EventRef, Label, OneOf, Optional } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** What an offer is meant to do. */
export const OFFER_KINDS = ['cross', 'up', 'renewal'] as const;

/** The firm offered something of its own accord. */
export class OfferMade extends Payload {
  @OneOf('Something beside, something better, or the same again', OFFER_KINDS)
  readonly kind!: (typeof OFFER_KINDS)[number];
  @Optional() @Label('What was offered') readonly offering?: string;
  @Optional()
  @EventRef('The touchpoints that make the offer personal; none for a generic offer', {
    list: { countMax: 100 },
  })
  readonly basis?: string[];
}

export const offerMade = defineKind({
  family: 'sale',
  name: 'OfferMade',
  version: 1,
  description:
    'The firm made the party an offer: cross-selling, up-selling or a renewal, personal when it rests on touchpoints.',
  payload: OfferMade,
  headline: ({ data }) =>
    `${{ cross: 'Cross-selling', up: 'Up-selling', renewal: 'Renewal' }[data.kind]} offer made${data.offering === undefined ? '' : `: ${data.offering}`}.`,
  signals: () => [{ name: 'offer.made' }],
  example: {
    channel: 'email',
    direction: 'outbound',
    episode: 'offer-8',
    time: '2026-02-20T09:00:00.000Z',
    data: { kind: 'cross', offering: 'sensor kit S-1', basis: ['need-discovered-1'] },
  },
});

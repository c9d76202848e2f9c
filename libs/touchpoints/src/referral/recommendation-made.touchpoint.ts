import { defineKind } from '../define-kind.js';
import { Label, OneOf, Optional, PartyRef, Whole } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** How a recommendation speaks of the firm. */
export const VALENCES = ['positive', 'neutral', 'negative'] as const;

/** A party spoke of the firm to others. */
export class RecommendationMade extends Payload {
  @OneOf('How it speaks of the firm', VALENCES) readonly valence!: (typeof VALENCES)[number];
  @Optional() @Whole('How many people it reached', { min: 0, max: 1_000_000_000 }) readonly reach?: number;
  @Optional() @PartyRef('The party that was told, when it is known') readonly to?: string;
  @Optional() @Label('What it was about') readonly about?: string;
}

export const recommendationMade = defineKind({
  family: 'referral',
  name: 'RecommendationMade',
  version: 1,
  description: 'The party spoke of the firm to others, well or badly.',
  payload: RecommendationMade,
  headline: ({ data }) =>
    `Made a ${data.valence} recommendation${data.about === undefined ? '' : ` about ${data.about}`}${data.to === undefined ? '' : ` to ${data.to}`}${data.reach === undefined ? '' : ` (reach ${data.reach})`}.`,
  signals: ({ data }) => [{ name: `recommendation.${data.valence}` }],
  names: ({ to }) => (to === undefined ? [] : [to]),
  example: {
    channel: 'social',
    time: '2026-03-13T09:00:00.000Z',
    data: { valence: 'positive', reach: 120, to: 'c-2002', about: 'pump P-300' },
  },
});

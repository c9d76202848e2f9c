import type { BrokenRule } from '../payload/validator.js';

/** What a survey measures with: recommendation, satisfaction, effort (the higher the easier). */
export const INSTRUMENTS = ['nps', 'csat', 'ces'] as const;
export type Instrument = (typeof INSTRUMENTS)[number];

/** An answer on its scale. */
export interface Scored {
  readonly instrument: Instrument;
  readonly score: number;
  readonly scaleMin: number;
  readonly scaleMax: number;
}

/** The scale must have a length and the score must lie on it. */
export function brokenScaleRule({ score, scaleMin, scaleMax }: Scored): BrokenRule | undefined {
  if (scaleMin >= scaleMax) return { pointer: '/scaleMax', must: 'be above scaleMin' };
  if (score < scaleMin || score > scaleMax)
    return { pointer: '/score', must: 'lie between scaleMin and scaleMax' };
  return undefined;
}

/**
 * The group an answer falls into. NPS (Reichheld, "The One Number You Need to Grow", HBR 2003): the score is rescaled to
 * 0..10 and rounded half up; 9 and above is a promoter, 7 and 8 passive, 6 and below a detractor. Other instruments go by
 * the place on their scale: the top fifth (80% and above) promotes, below the middle (50%) detracts, the rest is passive.
 */
export function surveyGroup({
  instrument,
  score,
  scaleMin,
  scaleMax,
}: Scored): 'promoter' | 'passive' | 'detractor' {
  const length = scaleMax - scaleMin;
  const place = score - scaleMin;
  if (instrument === 'nps') {
    const tenths = Math.floor((20 * place + length) / (2 * length));
    return tenths >= 9 ? 'promoter' : tenths >= 7 ? 'passive' : 'detractor';
  }
  return 5 * place >= 4 * length ? 'promoter' : 2 * place >= length ? 'passive' : 'detractor';
}

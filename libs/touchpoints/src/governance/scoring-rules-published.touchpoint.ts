import { defineKind } from '../define-kind.js';
import { AnyObject, Whole } from '../payload/members.js';
import { Payload } from '../payload/payload.js';

/** Scoring rules came into force. */
export class ScoringRulesPublished extends Payload {
  @Whole('Version of the rules', { min: 1, max: 1_000_000 }) readonly version!: number;
  @AnyObject('The rules: weights, half-lives and caps by signal, tiers') readonly rules!: object;
}

export const scoringRulesPublished = defineKind({
  family: 'governance',
  name: 'ScoringRulesPublished',
  version: 1,
  description: 'The firm published a version of the rules that loyalty scores are computed with.',
  payload: ScoringRulesPublished,
  headline: ({ data }) => `Scoring rules published (version ${data.version}).`,
  example: {
    subject: 'policy/scoring',
    data: {
      version: 2,
      rules: { base: 500, weights: [{ signal: 'complaint.major', weight: -40, halfLifeDays: 180 }] },
    },
  },
});

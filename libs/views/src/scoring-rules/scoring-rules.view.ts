import { defineEntries, type EffectiveEvent, type JsonObject } from '@rapport/kernel';
import { kindTypes } from '../kind-types.js';

/** The stream in which the rules of the loyalty score are published. */
export const LOYALTY_POLICY = 'policy/loyalty';

/** One version of rules, as published: whether it can be used is checked when it is read. */
export type PublishedRules = { readonly version: number; readonly rules: JsonObject };

function entry({ data }: EffectiveEvent): PublishedRules {
  // The payload has been validated by its kind.
  const { version, rules } = data as unknown as PublishedRules;
  return { version, rules };
}

/** Versions of scoring rules, by the policy stream in which they were published. */
export const scoringRules = defineEntries<PublishedRules>({
  name: 'scoring-rules',
  version: 1,
  description: 'Which versions of the scoring rules were published, and when?',
  handles: kindTypes(['ScoringRulesPublished']),
  keys: (event) => [event.subject],
  entry,
  filters: [],
});

import { defineFold, type EffectiveEvent, type JsonObject } from '@rapport/kernel';
import { kindTypes } from '../kind-types.js';

/** The stream in which the rules of the loyalty score are published. */
export const LOYALTY_POLICY = 'policy/loyalty';

/** How many versions of a rule set are kept; publishing more parks the policy's key, so that nothing is lost in silence. */
export const RULE_VERSIONS_MAX = 1_000;

/** One published version, as published: whether it can be used is checked when it is read. */
export type PublishedRules = {
  readonly ruleSet: string;
  readonly version: number;
  readonly rules: JsonObject;
  readonly publishedAt: string;
  readonly source: string;
  readonly id: string;
};

export type ScoringRulesDocument = { readonly versions: readonly PublishedRules[] };

function evolve(doc: ScoringRulesDocument, event: EffectiveEvent): ScoringRulesDocument {
  const { ruleSet, version, rules } = event.data as { readonly ruleSet: string; readonly version: number; readonly rules: JsonObject };
  // A version once published never changes: its first publication stands.
  if (doc.versions.some((known) => known.ruleSet === ruleSet && known.version === version)) return doc;
  if (doc.versions.length >= RULE_VERSIONS_MAX) throw new Error(`more than ${RULE_VERSIONS_MAX} versions of rules in one policy`);
  return { versions: [...doc.versions, { ruleSet, version, rules, publishedAt: event.time, source: event.source, id: event.id }] };
}

/** Versions of scoring rules as they were published, by the policy stream they stand in. */
export const scoringRules = defineFold<ScoringRulesDocument>({
  name: 'scoring-rules',
  version: 1,
  description: 'Which versions of the scoring rules were published, and when?',
  handles: kindTypes(['ScoringRulesPublished']),
  keys: (event) => [event.subject],
  initial: () => ({ versions: [] }),
  evolve,
  indexes: [],
});

import {
  RapportError,
  parseBound,
  type Bounds,
  type JsonObject,
  type StoredEntry,
  type ViewReader,
} from '@rapport/kernel';
import { LOYALTY_POLICY, scoringRules, type PublishedRules } from '../scoring-rules/scoring-rules.view.js';
import { DEFAULT_RULES, LOYALTY_RULE_SET } from './default-rules.js';
import { parseRules, type ScoringRules } from './scoring-rules.js';

/** Rules with their name: what a score was made with. */
export interface NamedRules {
  readonly ruleSet: string;
  readonly version: number;
  /** When they were published; null for the built-in first version in a ledger that does not hold it yet. */
  readonly publishedAt: string | null;
  readonly rules: ScoringRules;
}

/** One version in the list of rules, usable or not. */
export interface RulesListed {
  readonly ruleSet: string;
  readonly version: number;
  readonly publishedAt: string | null;
  /** Why the version cannot be used; null when it can. */
  readonly invalid: string | null;
  readonly rules: JsonObject;
}

/** A published version with the time of its publication. */
export interface Publication {
  readonly version: number;
  readonly rules: JsonObject;
  readonly publishedAt: string | null;
}

const BUILT_IN: Publication = { version: 1, rules: DEFAULT_RULES, publishedAt: null };

/**
 * Versions by number, lowest first; the built-in one stands in for a missing version 1. A version once published never
 * changes: its first publication (in its own time) stands.
 */
function versionsOf(published: readonly Publication[]): readonly Publication[] {
  const versions = new Map<number, Publication>();
  for (const one of published) if (!versions.has(one.version)) versions.set(one.version, one);
  if (!versions.has(1)) versions.set(1, BUILT_IN);
  return [...versions.values()].sort((a, b) => a.version - b.version);
}

/** Every version of the loyalty rules, whether it can be used or not, lowest first. */
export function listRules(published: readonly Publication[]): readonly RulesListed[] {
  return versionsOf(published).map((one) => {
    const parsed = parseRules(one.rules);
    return { ruleSet: LOYALTY_RULE_SET, ...one, invalid: parsed.ok ? null : parsed.rejection.message };
  });
}

/**
 * A version of the loyalty rules; without a number the highest that can be used.
 * @param published publications in their own time
 * @throws RapportError `RULES_NOT_FOUND`, `INVALID_RULES` (the version asked for cannot be used)
 */
export function pickRules(published: readonly Publication[], version?: number): NamedRules {
  const versions = versionsOf(published);
  if (version === undefined) {
    for (const one of versions.toReversed()) {
      const parsed = parseRules(one.rules);
      if (parsed.ok) return named(one, parsed.value);
    }
    return named(BUILT_IN, DEFAULT_RULES);
  }
  const one = versions.find((candidate) => candidate.version === version);
  if (one === undefined) {
    throw new RapportError(
      'RULES_NOT_FOUND',
      `There is no version ${version} of the loyalty rules: versions are ${versions.map((known) => known.version).join(', ')}.`,
    );
  }
  const parsed = parseRules(one.rules);
  if (!parsed.ok) throw RapportError.from(parsed.rejection);
  return named(one, parsed.value);
}

const named = ({ version, publishedAt }: Publication, rules: ScoringRules): NamedRules => ({
  ruleSet: LOYALTY_RULE_SET,
  version,
  publishedAt,
  rules,
});

/** Publications as the scoring-rules view holds them, in their own time. */
export const publicationsFrom = (entries: readonly StoredEntry[]): readonly Publication[] =>
  entries.map(({ time, entry }) => ({ ...(entry as PublishedRules), publishedAt: time }));

const publicationsIn = async (reader: ViewReader): Promise<readonly Publication[]> =>
  publicationsFrom((await reader.allEntries(scoringRules.name, LOYALTY_POLICY)).value);

/**
 * Reads the rules as the ledger holds them now. Rules are deliberately not bound by asOf or knownAt: the newest re-score
 * all history at once, and who wants an older version names it.
 * @throws as {@link pickRules}
 */
export const readRules = async (reader: ViewReader, version?: number): Promise<NamedRules> =>
  pickRules(await publicationsIn(reader), version);

/** The rules that would have been used within bounds: the highest usable version published by then. */
export const rulesInForce = async (reader: ViewReader, bounds: Bounds): Promise<NamedRules> =>
  pickRules(publicationsFrom((await reader.allEntries(scoringRules.name, LOYALTY_POLICY, bounds)).value));

/** Lists every version as the ledger holds them now. */
export const readRuleVersions = async (reader: ViewReader): Promise<readonly RulesListed[]> =>
  listRules(await publicationsIn(reader));

/** The UTC day (text) of an instant or day given as text. @throws RapportError `INVALID_TIME` */
export function dayIn(text: string, pointer: string): string {
  const parsed = parseBound(text, pointer);
  if (!parsed.ok) throw RapportError.from(parsed.rejection);
  return parsed.value.slice(0, 10);
}

import { RapportError, accept, reject, type Json, type JsonObject, type Result } from '@rapport/kernel';

/** What a count of one signal gives. Points are in thousandths. */
export type SignalRule = {
  readonly signal: string;
  /** Thousandths of a point for the first, fresh one; below zero for a loss. */
  readonly weight: number;
  /** After this many days it counts half. */
  readonly halfLifeDays: number;
  /** What any number of them can come near but never reach: limit × x / (limit + x). Thousandths, above zero. */
  readonly limit: number;
};

/** What money of one signal and currency gives: `weight` for every `perMinor` minor units. */
export type AmountRule = SignalRule & { readonly currency: string; readonly perMinor: number };

/** Reward for buying within one's own rhythm. */
export type CadenceRule = {
  /** The signal whose days make the rhythm. */
  readonly signal: string;
  /** The gap expected of a party whose own rhythm is not known. */
  readonly gapDaysDefault: number;
  /** How many gaps of one's own weigh as much as the default: the expected gap moves from it to the own median. */
  readonly gapsPrior: number;
  /** Points while the time since the last one is within the expected gap; falling in a line to zero at `endPercent` of it. */
  readonly bonus: number;
  readonly endPercent: number;
};

/** Loss for silence, measured against the expected gap. */
export type SilenceRule = {
  /** Any of these breaks the silence. */
  readonly signals: readonly string[];
  /** Silence of this share of the expected gap costs nothing yet, `fullPercent` of it all that silence can cost; a line between. */
  readonly startPercent: number;
  readonly fullPercent: number;
  /** What silence can take back at most, in hundredths of what signals and amounts gave. */
  readonly lossPercent: number;
};

export type TierRule = { readonly tier: string; readonly from: number };

/** Rules of a loyalty score. Whole numbers only; points in thousandths (1,000,000 = 1000 points). */
export type ScoringRules = {
  readonly base: number;
  readonly signals: readonly SignalRule[];
  readonly amounts: readonly AmountRule[];
  readonly cadence: CadenceRule;
  readonly silence: SilenceRule;
  /** Bands, lowest first, the lowest from 0. */
  readonly tiers: readonly TierRule[];
  /** How far below its band a score must fall at a month's end before the tier is lost. */
  readonly hysteresis: number;
};

/** The highest score in thousandths of a point. */
export const SCORE_MAX = 1_000_000;

const RULES_MAX = 500;
const DAYS_MAX = 36_500;

/**
 * Checks scoring rules as they come from outside.
 * @returns the rules, or `INVALID_RULES` with a pointer to what is wrong
 * @example parseRules({ base: 0 }) // INVALID_RULES at /signals
 */
export function parseRules(value: Json): Result<ScoringRules> {
  try {
    return accept(rulesIn(objectAt(value, ''), ''));
  } catch (error) {
    if (error instanceof RapportError) return { ok: false, rejection: error.rejection };
    throw error;
  }
}

function rulesIn(rules: JsonObject, at: string): ScoringRules {
  noOthers(rules, ['base', 'signals', 'amounts', 'cadence', 'silence', 'tiers', 'hysteresis'], at);
  const parsed: ScoringRules = {
    base: integerAt(rules['base'], `${at}/base`, 0, SCORE_MAX),
    signals: listAt(rules['signals'], `${at}/signals`, signalRule),
    amounts: listAt(rules['amounts'], `${at}/amounts`, amountRule),
    cadence: cadenceRule(rules['cadence'], `${at}/cadence`),
    silence: silenceRule(rules['silence'], `${at}/silence`),
    tiers: listAt(rules['tiers'], `${at}/tiers`, (tier, pointer) => {
      const members = objectAt(tier, pointer);
      noOthers(members, ['tier', 'from'], pointer);
      return {
        tier: textAt(members['tier'], `${pointer}/tier`),
        from: integerAt(members['from'], `${pointer}/from`, 0, SCORE_MAX),
      };
    }),
    hysteresis: integerAt(rules['hysteresis'], `${at}/hysteresis`, 0, SCORE_MAX),
  };
  unique(
    parsed.signals.map((rule) => rule.signal),
    `${at}/signals`,
  );
  unique(
    parsed.amounts.map((rule) => `${rule.signal} ${rule.currency}`),
    `${at}/amounts`,
  );
  unique(
    parsed.tiers.map((rule) => rule.tier),
    `${at}/tiers`,
  );
  if (parsed.tiers[0]?.from !== 0) fail(`${at}/tiers`, 'begins with a band from 0');
  for (const [index, tier] of parsed.tiers.entries())
    if (index > 0 && tier.from <= (parsed.tiers[index - 1]?.from ?? 0))
      fail(`${at}/tiers/${index}/from`, 'is above the band before it');
  return parsed;
}

const SIGNAL_MEMBERS = ['signal', 'weight', 'halfLifeDays', 'limit'];

function signalRule(value: Json, at: string, members: readonly string[] = SIGNAL_MEMBERS): SignalRule {
  const rule = objectAt(value, at);
  noOthers(rule, members, at);
  return {
    signal: textAt(rule['signal'], `${at}/signal`),
    weight: integerAt(rule['weight'], `${at}/weight`, -SCORE_MAX, SCORE_MAX),
    halfLifeDays: integerAt(rule['halfLifeDays'], `${at}/halfLifeDays`, 1, DAYS_MAX),
    limit: integerAt(rule['limit'], `${at}/limit`, 1, SCORE_MAX),
  };
}

function amountRule(value: Json, at: string): AmountRule {
  const rule = objectAt(value, at);
  return {
    ...signalRule(rule, at, [...SIGNAL_MEMBERS, 'currency', 'perMinor']),
    currency: textAt(rule['currency'], `${at}/currency`),
    perMinor: integerAt(rule['perMinor'], `${at}/perMinor`, 1, 1_000_000_000),
  };
}

function cadenceRule(value: Json | undefined, at: string): CadenceRule {
  const rule = objectAt(value, at);
  noOthers(rule, ['signal', 'gapDaysDefault', 'gapsPrior', 'bonus', 'endPercent'], at);
  return {
    signal: textAt(rule['signal'], `${at}/signal`),
    gapDaysDefault: integerAt(rule['gapDaysDefault'], `${at}/gapDaysDefault`, 1, DAYS_MAX),
    gapsPrior: integerAt(rule['gapsPrior'], `${at}/gapsPrior`, 1, 1_000),
    bonus: integerAt(rule['bonus'], `${at}/bonus`, 0, SCORE_MAX),
    endPercent: integerAt(rule['endPercent'], `${at}/endPercent`, 101, 10_000),
  };
}

function silenceRule(value: Json | undefined, at: string): SilenceRule {
  const rule = objectAt(value, at);
  noOthers(rule, ['signals', 'startPercent', 'fullPercent', 'lossPercent'], at);
  const startPercent = integerAt(rule['startPercent'], `${at}/startPercent`, 0, 9_999);
  return {
    signals: listAt(rule['signals'], `${at}/signals`, textAt),
    startPercent,
    fullPercent: integerAt(rule['fullPercent'], `${at}/fullPercent`, startPercent + 1, 100_000),
    lossPercent: integerAt(rule['lossPercent'], `${at}/lossPercent`, 0, 100),
  };
}

function fail(pointer: string, must: string): never {
  throw RapportError.from(
    reject('INVALID_RULES', `${pointer === '' ? 'The rule set' : pointer} ${must}.`, { pointer }).rejection,
  );
}

function objectAt(value: Json | undefined, at: string): JsonObject {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return fail(at, 'is an object');
  return value as JsonObject;
}

function noOthers(value: JsonObject, members: readonly string[], at: string): void {
  for (const member of Object.keys(value))
    if (!members.includes(member)) fail(at, `has no members but ${members.join(', ')}`);
}

function listAt<T>(value: Json | undefined, at: string, item: (value: Json, at: string) => T): readonly T[] {
  if (!Array.isArray(value) || value.length > RULES_MAX) return fail(at, `is a list of at most ${RULES_MAX}`);
  return (value as readonly Json[]).map((one, index) => item(one, `${at}/${index}`));
}

function integerAt(value: Json | undefined, at: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    return fail(at, `is a whole number from ${min} to ${max}`);
  return value;
}

function textAt(value: Json | undefined, at: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 100 || value.includes('|'))
    return fail(at, 'is a text of 1 to 100 characters without |');
  return value;
}

function unique(names: readonly string[], at: string): void {
  if (new Set(names).size < names.length) fail(at, 'names nothing twice');
}

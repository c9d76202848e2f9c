import { ONE, addIntegers, dayNumber, dayText, decay, type TallyDocument } from '@rapport/kernel';
import { medianGap } from '../relationship-360/cadence.js';
import { countersOf, type SignalCounter } from '../signals/signals.view.js';
import {
  SCORE_MAX,
  type AmountRule,
  type CadenceRule,
  type ScoringRules,
  type SignalRule,
} from './scoring-rules.js';

/** One part of a score. The parts of a score sum to it exactly. */
export interface ScorePart {
  readonly part: 'base' | 'signal' | 'amount' | 'cadence' | 'silence' | 'clamp';
  /** The signal, with the currency of an amount: `sale`, `sale EUR`; the part's own name otherwise. */
  readonly name: string;
  /** Thousandths of a point. */
  readonly thousandths: number;
}

/** One counter as a score reads it. */
interface Reading {
  readonly day: number;
  readonly value: number | string;
}

/** Signals of one party made ready for scoring, so that any number of days can be scored. */
export interface SignalReadings {
  /** By signal, then by currency (undefined: counts); each sorted by day, a day once. */
  readonly series: ReadonlyMap<string, ReadonlyMap<string | undefined, readonly Reading[]>>;
  /** Day number of the first signal; undefined for none. */
  readonly firstDay: number | undefined;
}

const NONE: readonly Reading[] = [];

/** Counts of a signal by day, or amounts of it in one currency. */
export const seriesOf = (
  { series }: SignalReadings,
  signal: string,
  currency: string | undefined,
): readonly Reading[] => series.get(signal)?.get(currency) ?? NONE;

/** Takes a signals document apart once, for scores on many days. */
export const readingsOf = (doc: TallyDocument): SignalReadings => readingsFrom(countersOf(doc));

/** Readings from counters, or from what touchpoints add to them. */
export function readingsFrom(counters: readonly SignalCounter[]): SignalReadings {
  const series = new Map<string, Map<string | undefined, Reading[]>>();
  for (const { signal, day, currency, value } of counters) {
    let units = series.get(signal);
    if (units === undefined) series.set(signal, (units = new Map()));
    const reading = { day: dayNumber(day), value };
    const known = units.get(currency);
    if (known === undefined) units.set(currency, [reading]);
    else known.push(reading);
  }
  let firstDay: number | undefined;
  for (const units of series.values()) {
    for (const [currency, readings] of units) {
      const days = summedByDay(readings);
      units.set(currency, days);
      const first = days[0]?.day;
      if (first !== undefined && (firstDay === undefined || first < firstDay)) firstDay = first;
    }
  }
  return { series, firstDay };
}

/** As a tally holds them: one sum a day, and none where it is zero. */
function summedByDay(readings: Reading[]): Reading[] {
  readings.sort((a, b) => a.day - b.day);
  const days: Reading[] = [];
  for (const reading of readings) {
    const last = days.at(-1);
    if (last?.day === reading.day)
      days[days.length - 1] = { day: reading.day, value: addIntegers(last.value, reading.value) };
    else days.push(reading);
  }
  return days.filter(({ value }) => value !== 0);
}

/** A score in thousandths of a point, 0 … 1,000,000, with its parts. */
export interface Score {
  readonly scoreThousandths: number;
  readonly parts: readonly ScorePart[];
}

/**
 * The loyalty score at the end of a UTC day: a pure function of signals, rules and day. Whole numbers only, so that any
 * machine gives the same.
 * @param day day number (days since 1970-01-01)
 * @example scoreOn(readingsOf({ 'sale|2026-01-31|n': 1 }), DEFAULT_RULES, dayNumber('2026-02-01')).scoreThousandths
 */
export function scoreOn(signals: SignalReadings, rules: ScoringRules, day: number): Score {
  const parts: ScorePart[] = [{ part: 'base', name: 'base', thousandths: rules.base }];
  for (const rule of rules.signals)
    pushPart(parts, 'signal', rule.signal, pointsOf(decayedSum(signals, rule, undefined, day), rule, 1));
  for (const rule of rules.amounts)
    pushPart(
      parts,
      'amount',
      amountName(rule),
      pointsOf(decayedSum(signals, rule, rule.currency, day), rule, rule.perMinor),
    );
  const rhythm = rhythmOn(signals, rules, day);
  const earned = parts.reduce(
    (total, part) => (part.part === 'base' ? total : total + Math.max(0, part.thousandths)),
    0,
  );
  pushPart(parts, 'silence', 'silence', silencePoints(rules, rhythm, earned));
  pushPart(parts, 'cadence', 'cadence', cadencePoints(rules.cadence, rhythm));
  const sum = parts.reduce((total, part) => total + part.thousandths, 0);
  const scoreThousandths = Math.min(SCORE_MAX, Math.max(0, sum));
  pushPart(parts, 'clamp', 'clamp', scoreThousandths - sum);
  return { scoreThousandths, parts };
}

function pushPart(parts: ScorePart[], part: ScorePart['part'], name: string, thousandths: number): void {
  if (thousandths !== 0) parts.push({ part, name, thousandths });
}

/** How the part of an amount rule is called. */
export const amountName = (rule: AmountRule): string => `${rule.signal} ${rule.currency}`;

/** What one counter weighs on a day: its value times its decay in millionths. */
export const decayed = (value: bigint, ageDays: number, rule: SignalRule): bigint =>
  value * BigInt(decay(ageDays, rule.halfLifeDays));

/** A value up to here times a decay, and a sum up to here plus one such product, are exact as numbers. */
const VALUE_EXACT_MAX = 2 ** 52 / ONE;
const SUM_EXACT_MAX = 2 ** 52;

/** Numbers as long as they are exact, since a score on one day reads every counter and a tier is made of many days. */
function decayedSum(
  signals: SignalReadings,
  rule: SignalRule,
  currency: string | undefined,
  day: number,
): bigint {
  let sum = 0n;
  let small = 0;
  for (const reading of seriesOf(signals, rule.signal, currency)) {
    if (reading.day > day) break;
    const { value } = reading;
    const ageDays = day - reading.day;
    if (typeof value === 'number' && Math.abs(value) <= VALUE_EXACT_MAX) {
      small += value * decay(ageDays, rule.halfLifeDays);
      if (Math.abs(small) <= SUM_EXACT_MAX) continue;
      sum += BigInt(small);
      small = 0;
    } else sum += decayed(BigInt(value), ageDays, rule);
  }
  return sum + BigInt(small);
}

/** limit × x / (limit + x), x being weight × sum / per in thousandths: near weight × sum when small, never beyond the limit. */
function pointsOf(sum: bigint, rule: SignalRule, per: number): number {
  const product = BigInt(rule.weight) * sum;
  if (product === 0n) return 0;
  const size = product < 0n ? -product : product;
  const limit = BigInt(rule.limit);
  const points = Number((limit * size) / (limit * BigInt(ONE) * BigInt(per) + size));
  return product < 0n ? -points : points;
}

/** A party's rhythm on a day. */
export interface Rhythm {
  /** Gaps between distinct days with a signal of the rhythm. */
  readonly gaps: number;
  /** Their lower median; undefined for none. */
  readonly ownGapDays: number | undefined;
  /** What may be expected: the own median and the default, weighed by how much is known. */
  readonly expectedGapDays: number;
  /** Days since the last signal of the rhythm. */
  readonly sinceDays: number | undefined;
  /** Days since the last signal that breaks a silence. */
  readonly silentDays: number | undefined;
}

/** The rhythm behind the cadence and silence of a score. */
export function rhythmOn(signals: SignalReadings, { cadence, silence }: ScoringRules, day: number): Rhythm {
  const gaps: number[] = [];
  let last: number | undefined;
  for (const reading of seriesOf(signals, cadence.signal, undefined)) {
    if (reading.day > day) break;
    if (last !== undefined) gaps.push(reading.day - last);
    last = reading.day;
  }
  let heard: number | undefined;
  for (const signal of silence.signals) {
    const latest = seriesOf(signals, signal, undefined).findLast((reading) => reading.day <= day)?.day;
    if (latest !== undefined && (heard === undefined || latest > heard)) heard = latest;
  }
  const ownGapDays = medianGap(gaps);
  const { gapDaysDefault, gapsPrior } = cadence;
  return {
    gaps: gaps.length,
    ownGapDays,
    expectedGapDays:
      ownGapDays === undefined
        ? gapDaysDefault
        : Math.max(
            1,
            Math.floor((ownGapDays * gaps.length + gapDaysDefault * gapsPrior) / (gaps.length + gapsPrior)),
          ),
    sinceDays: last === undefined ? undefined : day - last,
    silentDays: heard === undefined ? undefined : day - heard,
  };
}

function cadencePoints(rule: CadenceRule, { ownGapDays, expectedGapDays, sinceDays }: Rhythm): number {
  // A rhythm needs a second time.
  if (ownGapDays === undefined || sinceDays === undefined) return 0;
  return rule.bonus - alongLine(rule.bonus, sinceDays, expectedGapDays, 100, rule.endPercent);
}

function silencePoints(
  { silence }: ScoringRules,
  { expectedGapDays, silentDays }: Rhythm,
  earned: number,
): number {
  if (silentDays === undefined) return 0;
  const loss = Math.floor((earned * silence.lossPercent) / 100);
  return -alongLine(loss, silentDays, expectedGapDays, silence.startPercent, silence.fullPercent);
}

/** 0 up to `fromPercent` of the gap, the whole from `toPercent` on, in a line between; whole thousandths. */
function alongLine(
  whole: number,
  days: number,
  gapDays: number,
  fromPercent: number,
  toPercent: number,
): number {
  const share = Math.min(days * 100, gapDays * toPercent) - gapDays * fromPercent;
  return share <= 0 ? 0 : Math.floor((whole * share) / (gapDays * (toPercent - fromPercent)));
}

/** How far back tiers are replayed, in month ends; an older relationship begins in the lowest tier there. */
export const TIER_MONTHS_MAX = 600;

/** Day numbers of the month ends from the month of one day up to before another, at most {@link TIER_MONTHS_MAX}, latest kept. */
export function monthEnds(fromDay: number, toDay: number): readonly number[] {
  const ends: number[] = [];
  let [year = 1970, month = 1] = dayText(toDay).split('-').map(Number);
  while (ends.length < TIER_MONTHS_MAX) {
    // Day 0 of a month is the last of the one before.
    const end = dayNumber(`${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`) - 1;
    if (end < fromDay) break;
    ends.push(end);
    month--;
    if (month === 0) {
      month = 12;
      year--;
    }
  }
  return ends.reverse();
}

/**
 * The tier on a day: bands with hysteresis, replayed over the month ends since the first signal. A tier is gained as soon
 * as its band is reached, and lost only when the score falls `hysteresis` below the band: a pure function, though it
 * remembers.
 */
export function tierOn(signals: SignalReadings, rules: ScoringRules, day: number): string {
  const days = signals.firstDay === undefined ? [] : [...monthEnds(signals.firstDay, day), day];
  let held = 0;
  for (const one of days) held = nextTier(held, scoreOn(signals, rules, one).scoreThousandths, rules);
  return rules.tiers[held]?.tier ?? '';
}

function nextTier(held: number, score: number, { tiers, hysteresis }: ScoringRules): number {
  const reached = tiers.findLastIndex((band) => score >= band.from);
  if (reached >= held) return reached;
  return tiers.findLastIndex(
    (band, index) => index <= held && score >= (index === 0 ? 0 : band.from - hysteresis),
  );
}

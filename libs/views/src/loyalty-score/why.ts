import { dayNumber, type EffectiveEvent } from '@rapport/kernel';
import { signals as signalsView, signalsOf, type SignalCounter } from '../signals/signals.view.js';
import { amountName, decayed, readingsFrom, scoreOn, type SignalReadings } from './loyalty-score.js';
import type { ScoringRules, SignalRule } from './scoring-rules.js';

/** One step of a waterfall: what a touchpoint, or a rule that reads them all, adds to a score. */
export type Contribution = {
  readonly part: 'base' | 'signal' | 'amount' | 'cadence' | 'silence' | 'clamp';
  /** The signal (with currency), or the part's own name. */
  readonly name: string;
  readonly thousandths: number;
  /** The touchpoint, for signals and amounts. */
  readonly touchpoint?: {
    readonly time: string;
    readonly source: string;
    readonly id: string;
    readonly subject: string;
    readonly position: string;
    readonly headline: string;
  };
};

/** A touchpoint of a party with what it adds to the party's signals. */
export interface OwnSignals {
  readonly event: EffectiveEvent;
  readonly counters: readonly SignalCounter[];
}

const HANDLED = new Set(signalsView.handles);

/** The touchpoints of a history that give the party signals: a history also holds corrections, which only change others. */
export const ownSignals = (party: string, history: readonly EffectiveEvent[]): readonly OwnSignals[] =>
  history
    .filter((event) => HANDLED.has(event.type) && signalsView.keys(event).includes(party))
    .map((event) => ({ event, counters: signalsOf(event) }));

/** The readings that these touchpoints give together. */
export const readingsIn = (own: readonly OwnSignals[]): SignalReadings =>
  readingsFrom(own.flatMap(({ counters }) => counters));

/**
 * Opens a score to the touchpoints behind it. A part is shared among its touchpoints in proportion to what each weighs on
 * the day, in whole thousandths by largest remainder (earlier touchpoints first among equals), so the contributions sum
 * to the score exactly.
 * @param own the touchpoints that give the party signals, in their own time
 * @example waterfall(own, readingsIn(own), DEFAULT_RULES, dayNumber('2026-01-31')).reduce((sum, one) => sum + one.thousandths, 0) // the score
 */
export function waterfall(
  own: readonly OwnSignals[],
  readings: SignalReadings,
  rules: ScoringRules,
  day: number,
): readonly Contribution[] {
  const tallies = own.filter(({ event }) => dayNumber(event.time) <= day);
  const { parts } = scoreOn(readings, rules, day);
  const ruleOf = new Map<string, { readonly rule: SignalRule; readonly currency: string | undefined }>();
  for (const rule of rules.signals) ruleOf.set(`signal ${rule.signal}`, { rule, currency: undefined });
  for (const rule of rules.amounts)
    ruleOf.set(`amount ${amountName(rule)}`, { rule, currency: rule.currency });
  return parts.flatMap((part): readonly Contribution[] => {
    const found = ruleOf.get(`${part.part} ${part.name}`);
    if (found === undefined) return [part];
    const { rule, currency } = found;
    const weighing = tallies.flatMap(({ event, counters }) => {
      const weight = counters
        .filter((counter) => counter.signal === rule.signal && counter.currency === currency)
        .reduce(
          (sum, counter) => sum + decayed(BigInt(counter.value), day - dayNumber(counter.day), rule),
          0n,
        );
      return weight === 0n ? [] : [{ event, weight }];
    });
    const shares = sharesOf(
      part.thousandths,
      weighing.map(({ weight }) => weight),
    );
    return weighing.map(({ event }, index) => ({
      part: part.part,
      name: part.name,
      thousandths: shares[index] ?? 0,
      touchpoint: touchpointOf(event),
    }));
  });
}

function touchpointOf(event: EffectiveEvent): NonNullable<Contribution['touchpoint']> {
  return {
    time: event.time,
    source: event.source,
    id: event.id,
    subject: event.subject,
    position: event.position.toString(),
    headline: event.kind.headline(event),
  };
}

/**
 * Shares a whole in proportion to weights, in whole numbers that sum to it, by largest remainder (Hamilton's method);
 * among equal remainders the earlier one is served first. Weights may be below zero, as returns are.
 * @example sharesOf(100, [1n, 1n, 1n]) // [34, 33, 33]
 */
export function sharesOf(whole: number, weights: readonly bigint[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) return weights.map(() => 0);
  const size = total < 0n ? -total : total;
  const exact = weights.map((weight) => BigInt(whole) * (total < 0n ? -weight : weight));
  const floors = exact.map((value) => floorDivide(value, size));
  let left = whole - Number(floors.reduce((sum, value) => sum + value, 0n));
  const shares = floors.map(Number);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - (floors[index] ?? 0n) * size }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder) {
    if (left-- <= 0) break;
    shares[index] = (shares[index] ?? 0) + 1;
  }
  return shares;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

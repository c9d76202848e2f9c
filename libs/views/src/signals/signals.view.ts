import {
  dayOf,
  defineTally,
  partyOfSubject,
  type EffectiveEvent,
  type Increment,
  type TallyDocument,
} from '@rapport/kernel';
import { factKinds } from '../kind-types.js';

/** Counted for every touchpoint that they began, whatever its kind. */
export const CONTACT_INBOUND = 'contact.inbound';
/** Counted for every touchpoint that we began, whatever its kind. */
export const CONTACT_OUTBOUND = 'contact.outbound';

/** One counter of the signals view, taken apart. */
export interface SignalCounter {
  readonly signal: string;
  /** UTC day, `2026-01-31`. */
  readonly day: string;
  /** Currency of an amount in minor units; undefined for a count. */
  readonly currency: string | undefined;
  readonly value: number | string;
}

const COUNT = 'n';

/** `<signal>|<day>|n` holds how often, `<signal>|<day>|<currency>` how much. */
const counterName = (signal: string, day: string, unit: string): string => `${signal}|${day}|${unit}`;

/** Takes the counters of a signals document apart, in the order in which they stand. */
export const countersOf = (doc: TallyDocument): readonly SignalCounter[] =>
  Object.keys(doc).map((name) => ({ ...counterOf(name), value: doc[name] ?? 0 }));

function counterOf(name: string): Omit<SignalCounter, 'value'> {
  const [signal = '', day = '', unit = COUNT] = name.split('|');
  return { signal, day, currency: unit === COUNT ? undefined : unit };
}

/** What a touchpoint adds to the counters of its party. */
function tally(event: EffectiveEvent): readonly Increment[] {
  const day = dayOf(event.time);
  const added: Increment[] = [];
  for (const { name, count = 1, amount } of event.kind.signals(event)) {
    added.push([counterName(name, day, COUNT), count]);
    if (amount !== undefined) added.push([counterName(name, day, amount.currency), amount.amountMinor]);
  }
  if (event.direction !== undefined) {
    const signal = event.direction === 'inbound' ? CONTACT_INBOUND : CONTACT_OUTBOUND;
    added.push([counterName(signal, day, COUNT), 1]);
  }
  return added;
}

/** What a touchpoint adds to the counters of its party, taken apart. */
export const signalsOf = (event: EffectiveEvent): readonly (SignalCounter & { readonly value: number })[] =>
  tally(event).map(([name, value]) => ({ ...counterOf(name), value }));

/**
 * What scores are made of: signals by party, day (UTC) and, for money, currency. A signal counts for the party whose
 * stream the touchpoint stands in, and for nobody else whom it names.
 */
export const signals = defineTally({
  name: 'signals',
  version: 1,
  description: 'Which signals did the touchpoints of this party give, how often and how much, day by day?',
  handles: factKinds,
  keys: (event) => {
    const own = event.parties[0];
    return own !== undefined && partyOfSubject(event.subject) !== undefined ? [own] : [];
  },
  tally,
  indexes: [],
});

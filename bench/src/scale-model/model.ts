import { viewBytes, type Costs } from './costs.js';

/** A firm of some size. */
export interface Scenario {
  readonly relationships: number;
  readonly eventsPerRelationship: number;
  /** Over how long they came. */
  readonly years: number;
}

/** What a scenario comes to, computed from measured costs and nothing else. */
export interface Load {
  readonly events: number;
  /** On average, around the clock. */
  readonly eventsPerSecond: number;
  readonly ledgerBytes: number;
  readonly viewsBytes: number;
  readonly keysBytes: number;
  /** Of one core, for everything that arrives. */
  readonly coreShare: number;
  /** Hours of one core to build every view anew. */
  readonly rebuildHours: number;
  /** Hours of one core to verify events, log and views. */
  readonly verifyHours: number;
  /** Seconds of one core for an analysis of everybody. */
  readonly rfmSeconds: number;
}

/** Parties in one answer of the referral forest: a bound of the program. */
const FOREST_PARTIES_MAX = 1_000_000;
const SECONDS_PER_YEAR = 365.25 * 86_400;
const MICROS_PER_HOUR = 3_600e6;

/**
 * The load of a scenario. Linear in events: a ledger of a million events costs 1.6 times as much an event as one of ten
 * thousand (bench `scale`), so figures beyond the measured size are lower bounds.
 */
export function loadOf(costs: Costs, { relationships, eventsPerRelationship, years }: Scenario): Load {
  const events = relationships * eventsPerRelationship;
  const eventsPerSecond = events / (years * SECONDS_PER_YEAR);
  return {
    events,
    eventsPerSecond,
    ledgerBytes: events * costs.ledgerBytes,
    viewsBytes: events * viewBytes(costs),
    keysBytes: relationships * costs.keyBytesPerRelationship,
    coreShare: (eventsPerSecond * costs.recordedAndViewedMicros) / 1e6,
    rebuildHours: (events * costs.allViewsMicros) / MICROS_PER_HOUR,
    verifyHours: (events * costs.verifiedMicros) / MICROS_PER_HOUR,
    rfmSeconds: (relationships * costs.rfmMicrosPerRelationship) / 1e6,
  };
}

/** How many relationships a tenant may have until something takes longer or larger than it may. */
export interface Limit {
  readonly what: string;
  readonly relationships: number;
}

/** Where each limit lies, the lowest first. @param within what a firm accepts */
export function limitsOf(
  costs: Costs,
  scenario: Omit<Scenario, 'relationships'>,
  within: {
    readonly rebuildHours: number;
    readonly verifyHours: number;
    readonly bytes: number;
    readonly coreShare: number;
    readonly rfmSeconds: number;
  },
): readonly Limit[] {
  const one = loadOf(costs, { ...scenario, relationships: 1 });
  const limits: readonly Limit[] = [
    {
      what: `all views anew within ${within.rebuildHours} h of one core`,
      relationships: within.rebuildHours / one.rebuildHours,
    },
    {
      what: `an analysis of everybody (rfm) within ${within.rfmSeconds} s`,
      relationships: within.rfmSeconds / one.rfmSeconds,
    },
    { what: 'the whole referral forest in one answer', relationships: FOREST_PARTIES_MAX },
    {
      what: `events, log and views verified within ${within.verifyHours} h`,
      relationships: within.verifyHours / one.verifyHours,
    },
    {
      what: `events and views within ${within.bytes / 1e12} TB of one disk`,
      relationships: within.bytes / (one.ledgerBytes + one.viewsBytes + one.keysBytes),
    },
    {
      what: `what arrives within ${within.coreShare * 100} % of one core`,
      relationships: within.coreShare / one.coreShare,
    },
  ];
  return limits.toSorted((a, b) => a.relationships - b.relationships);
}

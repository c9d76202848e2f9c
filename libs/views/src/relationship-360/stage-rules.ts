import { dayNumber } from '@rapport/kernel';
import { medianGap } from './cadence.js';
import type { RecordedStage, RelationshipDocument, Stage } from './relationship-document.js';

/**
 * The published rules of stages. A stage brought about by a touchpoint is recorded with its cause; `atRisk` and `dormant`
 * come with silence and are derived from the document and a day.
 */
export const STAGE_RULES = {
  version: 1,
  /** Distinct days with a sale from which a relationship is strong, if they also span this many days. */
  strongSaleDays: 4,
  strongSpanDays: 180,
  /** Expected gap while a party has too few gaps of its own (fewer than `ownGapsMin`). */
  expectedGapDays: 180,
  ownGapsMin: 2,
  /** No relationship is called silent before this. */
  silenceDaysMin: 30,
  /** Silence of this many hundredths of the expected gap puts a relationship at risk. */
  atRiskGapPercent: 200,
  /** And this many make it dormant. */
  dormantGapPercent: 400,
  dormantDaysMin: 180,
} as const;

/** The gap in days that the party's own history lets us expect. */
export function expectedGapDays(doc: RelationshipDocument): {
  readonly days: number;
  readonly basis: 'ownSales' | 'ownContacts' | 'rule';
} {
  const { ownGapsMin, expectedGapDays: fallback } = STAGE_RULES;
  const sales = medianGap(doc.saleDays.gaps);
  if (sales !== undefined && doc.saleDays.gaps.length >= ownGapsMin)
    return { days: sales, basis: 'ownSales' };
  const contacts = medianGap(doc.contactDays.gaps);
  if (doc.sales === 0 && contacts !== undefined && doc.contactDays.gaps.length >= ownGapsMin)
    return { days: contacts, basis: 'ownContacts' };
  return { days: fallback, basis: 'rule' };
}

/** Whole days since the last sale or, where there is none, since the last contact; undefined before any. */
export function silentDays(doc: RelationshipDocument, day: number): number | undefined {
  const last =
    doc.sales > 0
      ? Math.max(
          doc.saleDays.lastDay ?? -Infinity,
          doc.lastInbound === null ? -Infinity : dayNumber(doc.lastInbound.time),
        )
      : doc.contactDays.lastDay;
  return last === null || last === -Infinity ? undefined : Math.max(0, day - last);
}

/** The silence, in days, after which a relationship is at risk, and after which it is dormant. */
export function silenceLimits(doc: RelationshipDocument): {
  readonly atRiskDays: number;
  readonly dormantDays: number;
} {
  const { days } = expectedGapDays(doc);
  const rules = STAGE_RULES;
  const atRiskDays = Math.max(rules.silenceDaysMin, Math.floor((days * rules.atRiskGapPercent) / 100));
  return {
    atRiskDays,
    dormantDays: Math.max(
      rules.dormantDaysMin,
      atRiskDays,
      Math.floor((days * rules.dormantGapPercent) / 100),
    ),
  };
}

/** The stage on a day (day number). @example stageOn(doc, dayNumber('2026-01-31')) */
export function stageOn(doc: RelationshipDocument, day: number): Stage {
  if (doc.stage === 'ended' || doc.stage === 'prospect') return doc.stage;
  const silent = silentDays(doc, day);
  const { atRiskDays, dormantDays } = silenceLimits(doc);
  if (silent !== undefined && silent > dormantDays) return 'dormant';
  if ((silent !== undefined && silent > atRiskDays) || doc.episodes.items.some((one) => one.critical))
    return 'atRisk';
  return doc.stage;
}

/** The stage after a touchpoint of this kind; `before` is the document without it, `saleDays` already counts it. */
export function stageAfter(
  before: RelationshipDocument,
  kindName: string,
  day: number,
  saleDays: RelationshipDocument['saleDays'],
): RecordedStage {
  switch (kindName) {
    case 'RelationshipClosed':
      return 'ended';
    case 'ContractTerminated':
      return before.bonds <= 1 ? 'ended' : before.stage;
    case 'SubscriptionCancelled':
      return before.bonds <= 1 && before.sales === 0 ? 'ended' : before.stage;
    case 'RelationshipRevived':
      return 'revived';
    case 'RelationshipOpened':
    case 'ContractSigned':
    case 'SubscriptionStarted':
      return before.stage === 'prospect' ? 'opened' : before.stage === 'ended' ? 'revived' : before.stage;
    case 'SaleCompleted':
      return stageAfterSale(before, day, saleDays);
    default:
      return before.stage;
  }
}

/** Asked for every sale: most come after a silence in which nobody is dormant, whatever gaps they are used to. */
const isDormant = (doc: RelationshipDocument, day: number): boolean =>
  (silentDays(doc, day) ?? 0) > STAGE_RULES.dormantDaysMin && stageOn(doc, day) === 'dormant';

function stageAfterSale(
  before: RelationshipDocument,
  day: number,
  saleDays: RelationshipDocument['saleDays'],
): RecordedStage {
  if (before.stage === 'ended' || (before.sales > 0 && isDormant(before, day))) return 'revived';
  const span = (saleDays.lastDay ?? 0) - (saleDays.firstDay ?? 0);
  return saleDays.days >= STAGE_RULES.strongSaleDays && span >= STAGE_RULES.strongSpanDays
    ? 'strong'
    : 'developing';
}

import {
  RapportError,
  dayNumber,
  dayText,
  type Answer,
  type Bounds,
  type Condition,
  type ViewReader,
} from '@rapport/kernel';
import { relationship360 } from './relationship-360.view.js';
import type { Cause, RelationshipDocument, Stage, StageChange } from './relationship-document.js';
import { STAGE_RULES, expectedGapDays, silenceLimits, silentDays, stageOn } from './stage-rules.js';

/** What we would like to know of every party; completeness is the share of these that is known. */
export const EXPECTED_FACTS = [
  'registration',
  'identity',
  'sector',
  'country',
  'role',
  'consent',
  'preference',
  'need',
  'attribute',
] as const;

/** A relationship as it stands on a day. */
export interface RelationshipAnswer {
  readonly party: string;
  /** UTC day that time-dependent parts are derived for. */
  readonly day: string;
  readonly stage: {
    readonly stage: Stage;
    readonly rulesVersion: number;
    /** The touchpoint that brought the last recorded stage; null before any. */
    readonly cause: Cause | null;
    /** Day on which silence turned the stage into atRisk or dormant; null when it did not. */
    readonly since: string | null;
    /** Recorded changes, oldest first. */
    readonly changes: readonly StageChange[];
    readonly changesBeyond: number;
  };
  readonly cadence: {
    readonly expectedGapDays: number;
    /** Where the expectation comes from: own sales, own contacts, or the rules. */
    readonly basis: 'ownSales' | 'ownContacts' | 'rule';
    readonly silentDays: number | null;
    /** Days beyond the expected gap; 0 when within it. */
    readonly overdueDays: number;
    /** The last own gaps between days with a sale, oldest first. */
    readonly gapsDays: readonly number[];
  };
  readonly reciprocity: {
    readonly inbound: number;
    readonly outbound: number;
    /** Inbound share of touchpoints with a direction, in thousandths; null without any. */
    readonly inboundThousandths: number | null;
    /** Share of touchpoints that are not sales, in thousandths; null without any. */
    readonly nonSaleThousandths: number | null;
  };
  /** Distinct product lines bought; at least this many when `beyond` is above zero. */
  readonly breadth: { readonly productLines: readonly string[]; readonly beyond: number };
  /** People and parts registered in this party. */
  readonly depth: { readonly members: number; readonly partOf: string | null };
  readonly knowledge: {
    /** Share of {@link EXPECTED_FACTS} known, in thousandths. */
    readonly completenessThousandths: number;
    readonly missing: readonly string[];
    /** Which facts are known, since when, from which touchpoint. Values stay in the touchpoints. */
    readonly facts: RelationshipDocument['facts'];
  };
  /** Everything else as the view keeps it. */
  readonly document: RelationshipDocument;
}

/**
 * A relationship as it stood on a day: stage with its cause, cadence, open episodes, reciprocity, breadth, depth, what is
 * known.
 * @param query.day UTC day for what time alone changes; the day of `asOf` when that bound is given
 * @throws RapportError `PARTY_NOT_FOUND`
 * @example (await relationshipOn(ledger, 'c-1', { day: '2026-01-31' })).value.stage.stage
 */
export async function relationshipOn(
  reader: ViewReader,
  party: string,
  query: { readonly day: string },
  bounds: Bounds = {},
): Promise<Answer<RelationshipAnswer>> {
  const canonical = await reader.canonical(party, bounds);
  const answer = await reader.document(relationship360.name, canonical, bounds);
  if (answer.value === undefined)
    throw new RapportError('PARTY_NOT_FOUND', `No touchpoint within these bounds names the party ${party}.`);
  return {
    ...answer,
    value: relationshipAnswer(
      canonical,
      answer.value as unknown as RelationshipDocument,
      bounds.asOf ?? query.day,
    ),
  };
}

/** The answer that a document gives on a day. */
export function relationshipAnswer(
  party: string,
  doc: RelationshipDocument,
  day: string,
): RelationshipAnswer {
  const number = dayNumber(day);
  const stage = stageOn(doc, number);
  const expected = expectedGapDays(doc);
  const silent = silentDays(doc, number);
  const directed = doc.inbound + doc.outbound;
  const missing = EXPECTED_FACTS.filter((fact) => !knows(doc, fact));
  return {
    party,
    day: dayText(number),
    stage: {
      stage,
      rulesVersion: STAGE_RULES.version,
      cause: doc.stageChanges.items.at(-1)?.cause ?? null,
      since: silent === undefined ? null : stageSince(doc, stage, number - silent),
      changes: doc.stageChanges.items,
      changesBeyond: doc.stageChanges.beyond,
    },
    cadence: {
      expectedGapDays: expected.days,
      basis: expected.basis,
      silentDays: silent ?? null,
      overdueDays: Math.max(0, (silent ?? 0) - expected.days),
      gapsDays: doc.saleDays.gaps,
    },
    reciprocity: {
      inbound: doc.inbound,
      outbound: doc.outbound,
      inboundThousandths: thousandths(doc.inbound, directed),
      nonSaleThousandths: thousandths(doc.nonSale, doc.touchpoints),
    },
    breadth: { productLines: doc.productLines.items, beyond: doc.productLines.beyond },
    depth: { members: doc.members, partOf: doc.partOf },
    knowledge: {
      completenessThousandths: Math.floor(
        ((EXPECTED_FACTS.length - missing.length) * 1_000) / EXPECTED_FACTS.length,
      ),
      missing,
      facts: doc.facts,
    },
    document: doc,
  };
}

const thousandths = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.floor((part * 1_000) / whole);

/** The day on which silence alone brought the stage; null for stages that a touchpoint brought. */
function stageSince(doc: RelationshipDocument, stage: Stage, lastDay: number): string | null {
  const { atRiskDays, dormantDays } = silenceLimits(doc);
  switch (stage) {
    case 'dormant':
      return dayText(lastDay + dormantDays + 1);
    case 'atRisk':
      // An open critical case puts a relationship at risk without any silence.
      return doc.episodes.items.some((one) => one.critical) ? null : dayText(lastDay + atRiskDays + 1);
    case 'prospect':
    case 'opened':
    case 'developing':
    case 'strong':
    case 'ended':
    case 'revived':
      return null;
  }
}

function knows(doc: RelationshipDocument, fact: (typeof EXPECTED_FACTS)[number]): boolean {
  switch (fact) {
    case 'registration':
      return doc.registered !== null;
    case 'sector':
      return doc.sector !== null;
    case 'country':
      return doc.country !== null;
    case 'role':
      return doc.roles.items.length > 0;
    case 'consent':
      return doc.consents.items.length > 0;
    case 'identity':
    case 'preference':
    case 'need':
    case 'attribute':
      return doc.facts.items.some((one) => one.name.startsWith(`${fact}:`));
  }
}

/** One line of a list of relationships. */
export interface RelationshipLine {
  readonly party: string;
  readonly stage: Stage;
  readonly sales: number;
  readonly lastContactDay: string | null;
  readonly lastSaleDay: string | null;
  readonly overdueDays: number;
  readonly openEpisodes: number;
  readonly country: string | null;
}

/** One page of relationships. */
export interface RelationshipsPage {
  readonly day: string;
  readonly relationships: readonly RelationshipLine[];
  readonly next?: string;
}

/**
 * Relationships by indexed facts, live: recorded stage, country, sector, kind of party, last contact before a day.
 * Who is at risk or dormant depends on the day: ask for the recorded stage with `silentSince`, and read `stage` of each.
 * @throws RapportError `INVALID_CURSOR`, `LIMIT_EXCEEDED`
 * @example await findRelationships(ledger, { day: '2026-01-31', silentSince: '2025-10-31' })
 */
export async function findRelationships(
  reader: ViewReader,
  query: {
    readonly day: string;
    readonly stage?: string;
    readonly country?: string;
    readonly sector?: string;
    readonly partyKind?: string;
    /** Only parties without contact after this UTC day. */
    readonly silentSince?: string;
    readonly after?: string;
    readonly countMax?: number;
  },
): Promise<Answer<RelationshipsPage>> {
  const { day, silentSince, after, countMax = 50 } = query;
  if (!Number.isInteger(countMax) || countMax < 1 || countMax > 1_000)
    throw new RapportError('LIMIT_EXCEEDED', 'A page has 1 to 1,000 relationships.');
  const where: Condition[] = [];
  for (const field of ['stage', 'country', 'sector', 'partyKind'] as const) {
    const value = query[field];
    if (value !== undefined) where.push({ field, op: 'equals', value });
  }
  if (silentSince !== undefined)
    where.push({ field: 'lastContactDay', op: 'range', value: [null, dayNumber(silentSince)] });
  const answer = await reader.find(relationship360.name, {
    where,
    countMax,
    ...(after === undefined ? {} : { after }),
  });
  const { items, next } = answer.value;
  const relationships = items.map(({ key, doc }) =>
    relationshipLine(key, doc as unknown as RelationshipDocument, dayNumber(day)),
  );
  return { ...answer, value: { day, relationships, ...(next === undefined ? {} : { next }) } };
}

function relationshipLine(party: string, doc: RelationshipDocument, day: number): RelationshipLine {
  const dayOrNull = (one: number | null): string | null => (one === null ? null : dayText(one));
  return {
    party,
    stage: stageOn(doc, day),
    sales: doc.sales,
    lastContactDay: dayOrNull(doc.contactDays.lastDay),
    lastSaleDay: dayOrNull(doc.saleDays.lastDay),
    overdueDays: Math.max(0, (silentDays(doc, day) ?? 0) - expectedGapDays(doc).days),
    openEpisodes: doc.episodes.items.length + doc.episodes.beyond,
    country: doc.country,
  };
}

import {
  RapportError,
  dayNumber,
  dayText,
  type Answer,
  type Bounds,
  type TallyDocument,
  type ViewReader,
} from '@rapport/kernel';
import { signals } from '../signals/signals.view.js';
import {
  monthEnds,
  readingsOf,
  rhythmOn,
  scoreOn,
  tierOn,
  type Rhythm,
  type ScorePart,
  type SignalReadings,
} from './loyalty-score.js';
import { dayIn, readRules, type NamedRules } from './published-rules.js';
import { ownSignals, readingsIn, waterfall, type Contribution } from './why.js';

/** Version of the way a score is computed from signals and rules. */
export const LOYALTY_SCORE_VERSION = 1;

/** What a score is asked for: a day, bounds, and a version of the rules. */
export interface ScoreQuery {
  /** UTC day (or instant, whose day counts) at whose end the score stands. */
  readonly day: string;
  /** What the ledger held at this position. */
  readonly knownAt?: bigint;
  /** Version of the rules; the newest usable one unless given. */
  readonly rules?: number;
}

/** A loyalty score with its parts. */
export interface LoyaltyScoreAnswer {
  readonly party: string;
  /** UTC day at whose end the score stands: scores have day resolution. */
  readonly day: string;
  readonly ruleSet: string;
  readonly rulesVersion: number;
  /** 0 … 1,000,000 thousandths of a point. */
  readonly scoreThousandths: number;
  readonly tier: string;
  /** They sum to the score exactly. */
  readonly parts: readonly ScorePart[];
  /** The rhythm behind cadence and silence; null where there is none yet. */
  readonly rhythm: {
    readonly gaps: number;
    readonly ownGapDays: number | null;
    readonly expectedGapDays: number;
    readonly sinceDays: number | null;
    readonly silentDays: number | null;
  };
}

/** A score opened to its touchpoints. */
export interface WhyAnswer {
  readonly party: string;
  readonly day: string;
  readonly ruleSet: string;
  readonly rulesVersion: number;
  readonly scoreThousandths: number;
  readonly tier: string;
  /** They sum to the score exactly. */
  readonly contributions: readonly Contribution[];
}

/** Scores at month ends and on the day itself, oldest first. */
export interface TrendAnswer {
  readonly party: string;
  readonly ruleSet: string;
  readonly rulesVersion: number;
  readonly points: readonly {
    readonly day: string;
    readonly scoreThousandths: number;
    readonly tier: string;
  }[];
}

/** The same party under two versions of the rules. */
export interface ComparisonAnswer {
  readonly party: string;
  readonly day: string;
  readonly left: LoyaltyScoreAnswer;
  readonly right: LoyaltyScoreAnswer;
  /** right − left, by part; parts that are alike are left out. */
  readonly differences: readonly ScorePart[];
}

/** At most this many month ends in a trend. */
export const TREND_MONTHS_MAX = 120;

interface Material {
  readonly party: string;
  readonly day: string;
  readonly named: NamedRules;
  readonly signals: SignalReadings;
  readonly answer: Answer<unknown>;
}

async function materialOf(reader: ViewReader, party: string, query: ScoreQuery): Promise<Material> {
  const day = dayIn(query.day, '/day');
  const known = knowledgeOf(query);
  const canonical = await reader.canonical(party, known);
  const [named, answer] = await Promise.all([
    readRules(reader, query.rules),
    reader.document(signals.name, canonical, known),
  ]);
  if (answer.value === undefined) await mustBeKnown(reader, canonical, known);
  return { party: canonical, day, named, signals: readingsOf((answer.value ?? {}) as TallyDocument), answer };
}

/**
 * What was known, and all of it: the score itself looks at nothing after its day, so the live document serves any day and
 * only `knownAt` asks for a replay.
 */
const knowledgeOf = ({ knownAt }: ScoreQuery): Bounds => (knownAt === undefined ? {} : { knownAt });

/** A party that others merely name has a score, the base; one that nobody names has none. */
async function mustBeKnown(reader: ViewReader, party: string, bounds: Bounds): Promise<void> {
  const { value } = await reader.history(party, bounds);
  if (value.length === 0)
    throw new RapportError('PARTY_NOT_FOUND', `No touchpoint within these bounds names the party ${party}.`);
}

function answering<T>({ answer, day }: Pick<Material, 'answer' | 'day'>, value: T): Answer<T> {
  const bounds: Bounds = { ...answer.bounds, asOf: `${day}T23:59:59.999Z` };
  return { view: 'loyalty-score', version: LOYALTY_SCORE_VERSION, position: answer.position, bounds, value };
}

function scored({ party, day, named, signals: readings }: Material): LoyaltyScoreAnswer {
  const number = dayNumber(day);
  return {
    party,
    day,
    ruleSet: named.ruleSet,
    rulesVersion: named.version,
    ...scoreOn(readings, named.rules, number),
    tier: tierOn(readings, named.rules, number),
    rhythm: rhythmJson(rhythmOn(readings, named.rules, number)),
  };
}

const rhythmJson = ({
  gaps,
  ownGapDays,
  expectedGapDays,
  sinceDays,
  silentDays,
}: Rhythm): LoyaltyScoreAnswer['rhythm'] => ({
  gaps,
  ownGapDays: ownGapDays ?? null,
  expectedGapDays,
  sinceDays: sinceDays ?? null,
  silentDays: silentDays ?? null,
});

/**
 * The loyalty score of a party at the end of a day.
 * @throws RapportError `PARTY_NOT_FOUND`, `RULES_NOT_FOUND`, `INVALID_RULES`, `INVALID_TIME`
 * @example (await loyaltyScore(ledger, 'c-1', { day: '2026-01-31' })).value.scoreThousandths
 */
export async function loyaltyScore(
  reader: ViewReader,
  party: string,
  query: ScoreQuery,
): Promise<Answer<LoyaltyScoreAnswer>> {
  const material = await materialOf(reader, party, query);
  return answering(material, scored(material));
}

/**
 * Opens a score to every touchpoint behind it: a waterfall that sums to the score exactly.
 * @throws as {@link loyaltyScore}
 */
export async function whyLoyaltyScore(
  reader: ViewReader,
  party: string,
  query: ScoreQuery,
): Promise<Answer<WhyAnswer>> {
  const day = dayIn(query.day, '/day');
  const known = knowledgeOf(query);
  const canonical = await reader.canonical(party, known);
  const [named, history] = await Promise.all([
    readRules(reader, query.rules),
    reader.history(canonical, known),
  ]);
  if (history.value.length === 0)
    throw new RapportError('PARTY_NOT_FOUND', `No touchpoint within these bounds names the party ${party}.`);
  const own = ownSignals(canonical, history.value);
  const readings = readingsIn(own);
  const contributions = waterfall(own, readings, named.rules, dayNumber(day));
  return answering(
    { day, answer: history },
    {
      party: canonical,
      day,
      ruleSet: named.ruleSet,
      rulesVersion: named.version,
      scoreThousandths: contributions.reduce((sum, one) => sum + one.thousandths, 0),
      tier: tierOn(readings, named.rules, dayNumber(day)),
      contributions,
    },
  );
}

/**
 * Scores at the last month ends up to a day, and on the day itself.
 * @param months how many month ends, 1 … {@link TREND_MONTHS_MAX}; none before the first signal
 * @throws as {@link loyaltyScore}; `LIMIT_EXCEEDED` beyond the bound
 */
export async function loyaltyTrend(
  reader: ViewReader,
  party: string,
  query: ScoreQuery & { readonly months?: number },
): Promise<Answer<TrendAnswer>> {
  const months = query.months ?? 24;
  if (!Number.isInteger(months) || months < 1 || months > TREND_MONTHS_MAX)
    throw new RapportError('LIMIT_EXCEEDED', `A trend has 1 to ${TREND_MONTHS_MAX} months.`);
  const material = await materialOf(reader, party, query);
  const { named, signals: readings } = material;
  const last = dayNumber(material.day);
  const days = [
    ...(readings.firstDay === undefined ? [] : monthEnds(readings.firstDay, last).slice(-months)),
    last,
  ];
  const points = days.map((day) => ({
    day: dayText(day),
    scoreThousandths: scoreOn(readings, named.rules, day).scoreThousandths,
    tier: tierOn(readings, named.rules, day),
  }));
  return answering(material, {
    party: material.party,
    ruleSet: named.ruleSet,
    rulesVersion: named.version,
    points,
  });
}

/**
 * One party under two versions of the rules, side by side.
 * @throws as {@link loyaltyScore}
 */
export async function compareRules(
  reader: ViewReader,
  party: string,
  query: Omit<ScoreQuery, 'rules'> & { readonly left: number; readonly right: number },
): Promise<Answer<ComparisonAnswer>> {
  const material = await materialOf(reader, party, { ...query, rules: query.left });
  const left = scored(material);
  const right = scored({ ...material, named: await readRules(reader, query.right) });
  return answering(material, {
    party: material.party,
    day: material.day,
    left,
    right,
    differences: differencesOf(left.parts, right.parts),
  });
}

function differencesOf(left: readonly ScorePart[], right: readonly ScorePart[]): readonly ScorePart[] {
  const keyOf = ({ part, name }: ScorePart): string => `${part} ${name}`;
  const merged = new Map(left.map((one) => [keyOf(one), { ...one, thousandths: -one.thousandths }]));
  for (const one of right)
    merged.set(keyOf(one), {
      ...one,
      thousandths: (merged.get(keyOf(one))?.thousandths ?? 0) + one.thousandths,
    });
  return [...merged.values()].filter((one) => one.thousandths !== 0);
}

import { addIntegers, dayNumber, type JsonObject, type TallyDocument } from '@rapport/kernel';
import {
  BG_NBD_CDNOW,
  areaUnderCurve,
  calibrationTable,
  conditionalExpectedPurchases,
  liftOfTop,
  rfmQuintiles,
  type CalibrationBin,
  type Lift,
} from '@rapport/methods';
import { readingsOf, scoreOn, seriesOf, type SignalReadings } from '../loyalty-score/loyalty-score.js';
import type { ScoringRules } from '../loyalty-score/scoring-rules.js';

/** What a back-test needs to know. */
export interface BacktestQuestion {
  /** Last UTC day that the score may see. */
  readonly cutDay: string;
  /** Days after the cut within which a party has to buy again. */
  readonly horizonDays: number;
  readonly rules: ScoringRules;
  /** Currency of the monetary baseline: money of several is never summed. */
  readonly currency: string;
}

/** One way to rank parties, and how well it told who would buy again. */
export type RankingResult = {
  readonly ranking: 'loyaltyScore' | 'rfm' | 'bgNbd' | 'recency' | 'frequency' | 'monetary';
  /** Area under the ROC curve, ties at average rank; null when all or none bought again. */
  readonly auc: number | null;
};

/** What came of it: history cut at a day, scored there, compared with what followed. */
export type BacktestResult = {
  readonly cutDay: string;
  readonly horizonDays: number;
  readonly currency: string;
  /** Parties with a sale up to the cut. */
  readonly customers: number;
  /** Those of them with a sale within the horizon after it. */
  readonly positives: number;
  readonly rankings: readonly RankingResult[];
  /** Rankings that told better than the loyalty score; empty is what we want. */
  readonly betterThanScore: readonly string[];
  /** Ten bins of the loyalty score (thousandths), lowest first. */
  readonly calibration: readonly CalibrationBin[];
  readonly liftTopDecile: Lift | null;
};

/** One party as the back-test sees it: everything but `returned` known at the cut. */
interface Case {
  readonly score: number;
  readonly recency: number;
  readonly frequency: number;
  readonly money: number;
  readonly expected: number;
  readonly returned: boolean;
}

const SALE = 'sale';

/**
 * Cuts history at a day, scores every party that had bought by then, and compares with who bought within the horizon.
 * @param documents signals documents, ordered by key (ties of quintiles are broken in this order)
 */
export async function backtest(
  documents: AsyncIterable<{ readonly key: string; readonly doc: JsonObject }>,
  question: BacktestQuestion,
): Promise<BacktestResult> {
  const cases: Case[] = [];
  for await (const { doc } of documents) {
    const one = caseOf(readingsOf(doc as TallyDocument), question);
    if (one !== undefined) cases.push(one);
  }
  const outcomes = cases.map((one) => one.returned);
  const scores = cases.map((one) => one.score);
  const auc = (ranking: RankingResult['ranking'], values: readonly number[]): RankingResult => ({
    ranking,
    auc: areaUnderCurve(values, outcomes) ?? null,
  });
  const rfm = rfmQuintiles(cases, 'independent').map((one) => one.recency + one.frequency + one.money);
  const own = auc('loyaltyScore', scores);
  const baselines = [
    auc('rfm', rfm),
    auc(
      'bgNbd',
      cases.map((one) => one.expected),
    ),
    auc(
      'recency',
      cases.map((one) => one.recency),
    ),
    auc(
      'frequency',
      cases.map((one) => one.frequency),
    ),
    auc(
      'monetary',
      cases.map((one) => one.money),
    ),
  ];
  return {
    cutDay: question.cutDay,
    horizonDays: question.horizonDays,
    currency: question.currency,
    customers: cases.length,
    positives: outcomes.filter(Boolean).length,
    rankings: [own, ...baselines],
    betterThanScore: baselines.filter((one) => (one.auc ?? 0) > (own.auc ?? 0)).map((one) => one.ranking),
    calibration: calibrationTable(scores, outcomes, 10),
    liftTopDecile: liftOfTop(scores, outcomes, 0.1) ?? null,
  };
}

function caseOf(
  signals: SignalReadings,
  { cutDay, horizonDays, rules, currency }: BacktestQuestion,
): Case | undefined {
  const cut = dayNumber(cutDay);
  const days: number[] = [];
  let returned = false;
  let money: number | string = 0;
  for (const { day } of seriesOf(signals, SALE, undefined)) {
    if (day > cut) returned ||= day <= cut + horizonDays;
    else days.push(day);
  }
  for (const { day, value } of seriesOf(signals, SALE, currency))
    if (day <= cut) money = addIntegers(money, value);
  const [first] = days;
  const last = days.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const history = { frequency: days.length - 1, recency: (last - first) / 7, age: (cut - first) / 7 };
  return {
    score: scoreOn(signals, rules, cut).scoreThousandths,
    recency: last,
    frequency: days.length,
    money: Number(money),
    expected: conditionalExpectedPurchases(BG_NBD_CDNOW, history, horizonDays / 7),
    returned,
  };
}

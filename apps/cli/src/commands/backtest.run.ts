import { RapportError } from '@rapport/kernel';
import type { queries } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { reading } from '../ledger-access/reading.js';
import { writeTable } from '../terminal/table.js';
import { points } from './loyalty.run.js';

interface BacktestOptions {
  readonly cut: string;
  readonly horizon: string;
  readonly currency?: string;
  readonly rules?: string;
}

const TITLES: Readonly<Record<queries.BacktestAnswer['rankings'][number]['ranking'], string>> = {
  loyaltyScore: 'loyalty score',
  rfm: 'RFM, sum of quintiles',
  bgNbd: 'BG/NBD expected purchases',
  recency: 'recency',
  frequency: 'frequency',
  monetary: 'monetary',
};

/** `rapport backtest` */
export async function runBacktest(invocation: Invocation, options: BacktestOptions): Promise<ExitCode> {
  const { terminal, json } = invocation;
  const { cut, horizon, currency, rules } = options;
  const parameters = {
    cut,
    horizonDays: horizon,
    ...(currency === undefined ? {} : { currency }),
    ...(rules === undefined ? {} : { rules }),
  };
  return reading(invocation, async (ledger) => {
    const answer = await ledger.analyse('backtest', parameters);
    const result = answer.value as unknown as queries.BacktestAnswer;
    if (result.customers === 0)
      throw new RapportError(
        'INVALID_QUERY',
        `No party had bought by ${cut}: choose a later cut, or another tenant.`,
      );
    if (json) await terminal.json(answer);
    else await showResult(invocation, result);
    return EXIT.ok;
  });
}

async function showResult({ terminal }: Invocation, result: queries.BacktestAnswer): Promise<void> {
  const {
    cutDay,
    horizonDays,
    customers,
    positives,
    rankings,
    calibration,
    liftTopDecile,
    betterThanScore,
    ruleSet,
    rulesVersion,
  } = result;
  await terminal.line(
    `${customers} customers by ${cutDay}; ${positives} bought again within ${horizonDays} days (rules ${ruleSet} ${rulesVersion}).`,
  );
  await terminal.line();
  await writeTable(
    terminal,
    [{ title: 'ranking' }, { title: 'AUC', align: 'right' }],
    rankings.map(({ ranking, auc }) => [TITLES[ranking], auc?.toFixed(4) ?? 'none']),
    '',
  );
  await terminal.line();
  const columns = [
    { title: 'score from' },
    { title: 'to' },
    { title: 'customers' },
    { title: 'bought again' },
    { title: 'share' },
  ].map((column) => ({ ...column, align: 'right' as const }));
  await writeTable(
    terminal,
    columns,
    calibration.map((bin) => [
      points(bin.scoreMin),
      points(bin.scoreMax),
      String(bin.count),
      String(bin.positives),
      percent(bin.rate),
    ]),
    'No calibration.',
  );
  await terminal.line();
  if (liftTopDecile !== null) {
    const { rateTop, rateAll, lift } = liftTopDecile;
    await terminal.line(
      `Top decile: ${percent(rateTop)} bought again against ${percent(rateAll)} of all, a lift of ${lift.toFixed(2)}.`,
    );
  }
  terminal.note(
    betterThanScore.length === 0
      ? 'No baseline tells better than the score.'
      : `Better than the score here: ${betterThanScore.join(', ')}.`,
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

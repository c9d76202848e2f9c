import { beforeAll, describe, expect, it } from '@jest/globals';
import { sharedFile, titleWithData } from '@rapport/testing';
import { DEFAULT_RULES } from '../loyalty-score/default-rules.js';
import { backtest, type BacktestResult } from './backtest.js';

const master = sharedFile('cdnow/CDNOW_master.txt');
const onData = master.exists ? it : it.skip;

/** Signals documents as the view would hold them: customer, yyyymmdd, CDs, dollars. */
async function* documentsIn(text: string): AsyncGenerator<{ key: string; doc: Record<string, number> }> {
  const documents = new Map<string, Record<string, number>>();
  for (const line of text.split('\n').slice(1)) {
    const [customer, date = '', , dollars] = line.trim().split(/\s+/);
    if (customer === undefined || customer === '') continue;
    const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`;
    const doc = documents.get(customer) ?? {};
    documents.set(customer, doc);
    doc[`sale|${day}|n`] = (doc[`sale|${day}|n`] ?? 0) + 1;
    doc[`sale|${day}|USD`] = (doc[`sale|${day}|USD`] ?? 0) + Math.round(Number(dollars) * 100);
  }
  for (const key of [...documents.keys()].sort()) yield { key, doc: documents.get(key) ?? {} };
}

const aucOf = (result: BacktestResult, ranking: string): number =>
  result.rankings.find((one) => one.ranking === ranking)?.auc ?? Number.NaN;

describe('the back-test on CDNOW (cut 1997-09-30, 39 weeks)', () => {
  let result: BacktestResult;
  beforeAll(async () => {
    if (master.exists)
      result = await backtest(documentsIn(master.text()), {
        cutDay: '1997-09-30',
        horizonDays: 273,
        rules: DEFAULT_RULES,
        currency: 'USD',
      });
  });

  onData(titleWithData('counts customers and those who bought again', master), () => {
    expect(result).toMatchObject({ customers: 23_570, positives: 7_058 });
  });

  // reference_values.json, `loyalty_backtest_cdnow_master`
  onData(titleWithData('reproduces the baselines', master), () => {
    expect(aucOf(result, 'recency')).toBeCloseTo(0.75942, 4);
    expect(aucOf(result, 'frequency')).toBeCloseTo(0.75271, 4);
    expect(aucOf(result, 'monetary')).toBeCloseTo(0.724, 4);
    expect(aucOf(result, 'rfm')).toBeCloseTo(0.76458, 4);
    expect(aucOf(result, 'bgNbd')).toBeCloseTo(0.7623, 4);
  });

  onData(titleWithData('finds the default rules below none of them', master), () => {
    expect(result.betterThanScore).toEqual([]);
    expect(aucOf(result, 'loyaltyScore')).toBeGreaterThan(0.7646);
  });

  onData(
    titleWithData('finds ever more buyers in ever higher bins, and no heavy buyer at the ceiling', master),
    () => {
      const { calibration, liftTopDecile } = result;
      const [bottom, top] = [calibration[0], calibration.at(-1)];
      expect(top?.rate).toBeGreaterThan(4 * (bottom?.rate ?? 1));
      expect(top?.scoreMax).toBeLessThan(900_000);
      expect(liftTopDecile?.lift).toBeGreaterThan(2.5);
    },
  );
});

describe('a back-test', () => {
  async function* of(
    ...docs: Record<string, number>[]
  ): AsyncGenerator<{ key: string; doc: Record<string, number> }> {
    for (const [index, doc] of docs.entries()) yield { key: `c-${index}`, doc };
  }
  const question = { cutDay: '2026-01-31', horizonDays: 10, rules: DEFAULT_RULES, currency: 'EUR' };

  it('shows the score nothing that came after the cut', async () => {
    const before = { 'sale|2026-01-01|n': 1 };
    const { calibration, positives } = await backtest(
      of(before, { ...before, 'sale|2026-02-10|n': 5 }),
      question,
    );
    expect(positives).toBe(1);
    expect(calibration).toHaveLength(1); // one score for both
  });

  it('leaves out who had not bought by the cut, and purchases beyond the horizon', async () => {
    const result = await backtest(
      of({ 'sale|2026-02-01|n': 1 }, { 'sale|2026-01-31|n': 1, 'sale|2026-02-11|n': 1 }),
      question,
    );
    expect(result).toMatchObject({ customers: 1, positives: 0, liftTopDecile: null });
  });
});

import { describe, expect, it } from '@jest/globals';
import { dayNumber, dayText, type Touchpoint } from '@rapport/kernel';
import { ReferenceViews, saleOf, touchpoint } from '@rapport/testing';
import { kinds } from '@rapport/touchpoints';
import fc from 'fast-check';
import {
  compareRules,
  defaultRulesTouchpoint,
  DEFAULT_RULES,
  LOYALTY_POLICY,
  loyaltyScore,
  loyaltyTrend,
  readRuleVersions,
  views,
  whyLoyaltyScore,
} from '../index.js';
import { monthEnds, readingsOf, scoreOn, tierOn } from './loyalty-score.js';
import type { ScoringRules } from './scoring-rules.js';
import { sharesOf } from './why.js';

const party = 'c-1';
const readerOf = (...touchpoints: readonly Touchpoint[]): ReferenceViews => {
  const reader = new ReferenceViews(kinds, views);
  reader.record(...touchpoints);
  return reader;
};
const complaint = (time: string, severity: string): Touchpoint =>
  touchpoint(
    'complaint.ComplaintReceived',
    party,
    time,
    { category: 'delivery', severity },
    { episode: 'k-1', direction: 'inbound' },
  );
const publication = (version: number, rules: ScoringRules): Touchpoint =>
  touchpoint(
    'governance.ScoringRulesPublished',
    '',
    '2026-02-01',
    { version, rules },
    { subject: LOYALTY_POLICY },
  );

describe('the loyalty score', () => {
  it('is the base for a party that others merely name', async () => {
    const reader = readerOf(touchpoint('referral.ReferralMade', 'c-2', '2026-01-01', { prospect: party }));
    const { value } = await loyaltyScore(reader, party, { day: '2026-01-31' });
    expect(value).toMatchObject({
      scoreThousandths: DEFAULT_RULES.base,
      tier: 'basic',
      ruleSet: 'loyalty',
      rulesVersion: 1,
    });
  });

  it('does not know a party that nobody names', async () => {
    await expect(loyaltyScore(readerOf(), party, { day: '2026-01-31' })).rejects.toMatchObject({
      code: 'PARTY_NOT_FOUND',
    });
  });

  it('rises with a sale and falls more with a critical complaint', async () => {
    const reader = readerOf(saleOf(party, '2026-01-01'), complaint('2026-01-10', 'critical'));
    const on = async (day: string): Promise<number> =>
      (await loyaltyScore(reader, party, { day })).value.scoreThousandths;
    const [none, sale, both] = [DEFAULT_RULES.base, await on('2026-01-05'), await on('2026-01-10')];
    expect(sale).toBeGreaterThan(none);
    expect(sale - both).toBeGreaterThan(2 * (sale - none));
  });

  it('fades with time', async () => {
    const reader = readerOf(saleOf(party, '2026-01-01'));
    const { value } = await loyaltyTrend(reader, party, { day: '2026-12-31', months: 12 });
    const scores = value.points.map((point) => point.scoreThousandths);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(value.points.map((point) => point.day).slice(0, 2)).toEqual(['2026-01-31', '2026-02-28']);
  });

  it('looks at nothing after its day, and at nothing unknown at its bound', async () => {
    const reader = readerOf(saleOf(party, '2026-01-01'));
    const known = reader.record();
    const before = await loyaltyScore(reader, party, { day: '2026-01-31' });
    reader.record(saleOf(party, '2026-01-15'), saleOf(party, '2026-03-01'));
    const bounded = await loyaltyScore(reader, party, { day: '2026-01-31', knownAt: known });
    const live = await loyaltyScore(reader, party, { day: '2026-01-31' });
    expect(bounded.value).toEqual(before.value);
    expect(live.value.scoreThousandths).toBeGreaterThan(before.value.scoreThousandths);
    expect(bounded.bounds).toEqual({ asOf: '2026-01-31T23:59:59.999Z', knownAt: known });
  });

  it('never takes silent buyers below those who never bought', () => {
    const silent = readingsOf({ 'sale|2020-01-01|n': 1, 'sale|2020-01-03|n': 1, 'sale|2020-01-05|n': 1 });
    for (let day = dayNumber('2020-01-05'); day < dayNumber('2026-01-01'); day += 17)
      expect(scoreOn(silent, DEFAULT_RULES, day).scoreThousandths).toBeGreaterThanOrEqual(DEFAULT_RULES.base);
  });

  it('does not saturate for a buyer of every week', () => {
    const doc = Object.fromEntries(
      Array.from({ length: 104 }, (_, week) => [`sale|${dayText(20_000 + 7 * week)}|n`, 1]),
    );
    const { scoreThousandths } = scoreOn(readingsOf(doc), DEFAULT_RULES, 20_000 + 7 * 103);
    expect(scoreThousandths).toBeGreaterThan(600_000);
    expect(scoreThousandths).toBeLessThan(800_000);
  });
});

describe('tiers', () => {
  it('are kept within the hysteresis and lost below it', () => {
    const rules: ScoringRules = {
      ...DEFAULT_RULES,
      base: 0,
      hysteresis: 10_000,
      tiers: [
        { tier: 'low', from: 0 },
        { tier: 'high', from: 50_000 },
      ],
      cadence: { ...DEFAULT_RULES.cadence, bonus: 0 },
      silence: { ...DEFAULT_RULES.silence, lossPercent: 0 },
    };
    const signals = readingsOf({ 'sale|2026-01-31|n': 1 });
    const points = (day: string): number => scoreOn(signals, rules, dayNumber(day)).scoreThousandths;
    expect([
      points('2026-01-31') >= 50_000,
      points('2026-02-28') >= 40_000,
      points('2026-02-28') < 50_000,
      points('2026-12-31') < 40_000,
    ]).toEqual([true, true, true, true]);
    expect(
      ['2026-01-31', '2026-02-28', '2026-12-31'].map((day) => tierOn(signals, rules, dayNumber(day))),
    ).toEqual(['high', 'high', 'low']);
  });

  it('are replayed over month ends, leap years and turns of the year included', () => {
    expect(monthEnds(dayNumber('2023-12-15'), dayNumber('2024-03-31')).map(dayText)).toEqual([
      '2023-12-31',
      '2024-01-31',
      '2024-02-29',
    ]);
  });
});

describe('why', () => {
  const day = fc.integer({ min: 0, max: 900 }).map((offset) => dayText(dayNumber('2024-01-01') + offset));
  const touch = fc.oneof(
    fc
      .tuple(day, fc.integer({ min: 1, max: 10_000_000 }))
      .map(([time, amount]) => saleOf(party, time, amount, { direction: 'inbound' })),
    day.map((time) =>
      touchpoint('sale.SaleReturned', party, time, {
        lines: [{ sku: 'P-1', quantity: 1, unitPrice: { amountMinor: 500, currency: 'EUR' } }],
      }),
    ),
    fc
      .tuple(day, fc.constantFrom('minor', 'major', 'critical'))
      .map(([time, severity]) => complaint(time, severity)),
    day.map((time) => touchpoint('referral.ReferralMade', party, time, { prospect: 'c-9' })),
    day.map((time) =>
      touchpoint('sale.SaleCompleted', 'c-2', time, {
        parties: [{ id: party, role: 'payer' }],
        lines: [{ sku: 'P-1', quantity: 1, unitPrice: { amountMinor: 500, currency: 'EUR' } }],
      }),
    ),
  );
  const rules: ScoringRules = {
    ...DEFAULT_RULES,
    amounts: [
      { signal: 'sale', currency: 'EUR', weight: 3_000, perMinor: 10_000, halfLifeDays: 90, limit: 80_000 },
      {
        signal: 'sale.returned',
        currency: 'EUR',
        weight: -3_000,
        perMinor: 7,
        halfLifeDays: 30,
        limit: 60_000,
      },
    ],
  };

  it('sums to the score exactly, whatever happened and whatever the rules', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(touch, { minLength: 1, maxLength: 25 }),
        day,
        fc.boolean(),
        async (touchpoints, on, withAmounts) => {
          const reader = readerOf(...touchpoints);
          if (withAmounts) reader.record(publication(2, rules));
          const score = await loyaltyScore(reader, party, { day: on }).catch(() => undefined);
          fc.pre(score !== undefined);
          const why = await whyLoyaltyScore(reader, party, { day: on });
          expect(why.value.rulesVersion).toBe(withAmounts ? 2 : 1);
          expect(why.value.contributions.reduce((sum, one) => sum + one.thousandths, 0)).toBe(
            score?.value.scoreThousandths,
          );
          expect(why.value).toMatchObject({
            scoreThousandths: score?.value.scoreThousandths,
            tier: score?.value.tier,
          });
          for (const part of score?.value.parts ?? []) {
            const shares = why.value.contributions.filter(
              (one) => one.part === part.part && one.name === part.name,
            );
            expect(shares.reduce((sum, one) => sum + one.thousandths, 0)).toBe(part.thousandths);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('names the touchpoint behind each share, in its own words', async () => {
    const { value } = await whyLoyaltyScore(readerOf(saleOf(party, '2026-01-01')), party, {
      day: '2026-01-01',
    });
    expect(value.contributions.find((one) => one.part === 'signal')).toMatchObject({
      name: 'sale',
      touchpoint: { subject: 'relationship/c-1', position: '1', headline: expect.stringContaining('Bought') },
    });
  });

  it('shares by largest remainder', () => {
    expect(sharesOf(100, [1n, 1n, 1n])).toEqual([34, 33, 33]);
    expect(sharesOf(-100, [1n, 1n, 1n])).toEqual([-33, -33, -34]);
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.array(fc.bigInt({ min: -1_000_000n, max: 10n ** 18n }), { minLength: 1, maxLength: 20 }),
        (whole, weights) => {
          fc.pre(weights.reduce((sum, weight) => sum + weight, 0n) !== 0n);
          expect(sharesOf(whole, weights).reduce((sum, share) => sum + share, 0)).toBe(whole);
        },
      ),
    );
  });
});

describe('versions of the rules', () => {
  const generous = { ...DEFAULT_RULES, base: 400_000 };

  it('re-score all history with the newest, and stand side by side', async () => {
    const reader = readerOf(defaultRulesTouchpoint(), saleOf(party, '2026-01-01'), publication(2, generous));
    const newest = await loyaltyScore(reader, party, { day: '2026-01-31' });
    const first = await loyaltyScore(reader, party, { day: '2026-01-31', rules: 1 });
    expect(newest.value.rulesVersion).toBe(2);
    expect(newest.value.scoreThousandths - first.value.scoreThousandths).toBe(150_000);
    const { value } = await compareRules(reader, party, { day: '2026-01-31', left: 1, right: 2 });
    expect(value.differences).toEqual([{ part: 'base', name: 'base', thousandths: 150_000 }]);
  });

  it('never change once published, and are not used when they are not valid', async () => {
    const invalid = { ...generous, base: -1 };
    const reader = readerOf(
      publication(2, generous),
      publication(2, DEFAULT_RULES),
      publication(3, invalid),
      saleOf(party, '2026-01-01'),
    );
    expect((await readRuleVersions(reader)).map(({ version, invalid: why }) => [version, why])).toEqual([
      [1, null],
      [2, null],
      [3, '/base is a whole number from 0 to 1000000.'],
    ]);
    expect((await loyaltyScore(reader, party, { day: '2026-01-31' })).value).toMatchObject({
      rulesVersion: 2,
      parts: expect.arrayContaining([{ part: 'base', name: 'base', thousandths: 400_000 }]),
    });
    await expect(loyaltyScore(reader, party, { day: '2026-01-31', rules: 3 })).rejects.toMatchObject({
      code: 'INVALID_RULES',
      pointer: '/base',
    });
    await expect(loyaltyScore(reader, party, { day: '2026-01-31', rules: 9 })).rejects.toMatchObject({
      code: 'RULES_NOT_FOUND',
    });
  });

  it('are published into a new ledger as a valid touchpoint, always the same', () => {
    const first = defaultRulesTouchpoint();
    expect(defaultRulesTouchpoint()).toEqual(first);
    expect(kinds.get(first.type)?.validate(first.data).ok).toBe(true);
  });
});

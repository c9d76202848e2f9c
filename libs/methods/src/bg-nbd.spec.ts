import { describe, expect, it } from '@jest/globals';
import { sharedFile, titleWithData } from '@rapport/testing';
import {
  BG_NBD_CDNOW,
  conditionalExpectedPurchases,
  expectedPurchases,
  fitBgNbd,
  hypergeometric2F1,
  logGamma,
  nelderMead,
  probabilityAlive,
  type RepeatHistory,
} from './index.js';

const sample = sharedFile('cdnow/CDNOW_sample.txt');
const onData = sample.exists ? it : it.skip;

/** Customer, sample id, yyyymmdd, CDs, dollars; weeks from the first purchase up to 1997-09-30. */
function historiesIn(text: string): readonly RepeatHistory[] {
  const dayOf = (date = ''): number =>
    Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8))) / 86_400_000;
  const end = dayOf('19970930');
  const days = new Map<string, Set<number>>();
  for (const line of text.split('\n')) {
    const [, customer, date] = line.trim().split(/\s+/);
    if (customer === undefined || dayOf(date) > end) continue;
    days.set(customer, (days.get(customer) ?? new Set()).add(dayOf(date)));
  }
  return [...days.values()].map((bought) => ({
    frequency: bought.size - 1,
    recency: (Math.max(...bought) - Math.min(...bought)) / 7,
    age: (end - Math.min(...bought)) / 7,
  }));
}

describe('BG/NBD (Fader, Hardie & Lee 2005)', () => {
  onData(
    titleWithData('fits the published parameters and log-likelihood on the CDNOW sample', sample),
    () => {
      const histories = historiesIn(sample.text());
      expect(histories.length).toBe(2357);
      expect(histories.reduce((sum, one) => sum + one.frequency, 0)).toBe(2457);
      expect(histories.filter((one) => one.frequency === 0).length).toBe(1411);
      const { parameters, logLikelihood, converged } = fitBgNbd(histories);
      expect(converged).toBe(true);
      expect(parameters.r).toBeCloseTo(0.2426, 4);
      expect(parameters.alpha).toBeCloseTo(4.4136, 3);
      expect(parameters.a).toBeCloseTo(0.7929, 3);
      expect(parameters.b).toBeCloseTo(2.4259, 3);
      expect(logLikelihood).toBeCloseTo(-9582.4292, 3);
      for (const [weeks, expected] of [
        [0.1429, 0.0078],
        [1, 0.0532],
        [3, 0.1506],
        [31.8571, 1.0405],
        [32, 1.0437],
      ] as const) {
        expect(expectedPurchases(parameters, weeks)).toBeCloseTo(expected, 4);
      }
      expect(expectedPurchases(parameters, 78)).toBeCloseTo(1.858, 3);
    },
  );

  it('gives the published conditional expectation and chance to be alive', () => {
    const history = { frequency: 2, recency: 30.43, age: 38.86 };
    expect(
      conditionalExpectedPurchases({ r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 }, history, 39),
    ).toBeCloseTo(1.226, 3);
    expect(probabilityAlive(BG_NBD_CDNOW, history)).toBeCloseTo(0.7266, 4);
  });

  it('holds everybody with a single purchase for alive', () => {
    expect(probabilityAlive(BG_NBD_CDNOW, { frequency: 0, recency: 0, age: 100 })).toBe(1);
  });
});

describe('what BG/NBD is made of', () => {
  it('evaluates 2F1 where it has closed forms', () => {
    expect(hypergeometric2F1(1, 1, 2, 0.5)).toBeCloseTo(2 * Math.LN2, 12);
    expect(hypergeometric2F1(1, 1, 2, 0.999)).toBeCloseTo(-Math.log(0.001) / 0.999, 9);
    expect(hypergeometric2F1(1, 1, 2, -3)).toBeCloseTo(Math.log(4) / 3, 12);
    expect(hypergeometric2F1(2, 3, 3, 0.9)).toBeCloseTo(100, 8);
  });

  it('knows the logarithm of factorials', () => {
    expect(Math.exp(logGamma(5))).toBeCloseTo(24, 10);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
    expect(logGamma(171)).toBeCloseTo(706.573062245787, 9);
  });

  it('finds the bottom of the Rosenbrock valley', () => {
    const { point, converged } = nelderMead(
      ([x = 0, y = 0]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
      [-1.2, 1],
      { tolerance: 1e-14 },
    );
    expect(converged).toBe(true);
    expect(point[0]).toBeCloseTo(1, 5);
    expect(point[1]).toBeCloseTo(1, 5);
  });
});

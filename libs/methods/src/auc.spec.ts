import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { areaUnderCurve, calibrationTable, liftOfTop } from './index.js';

describe('the area under the ROC curve', () => {
  it('counts ties half', () => {
    expect(areaUnderCurve([1, 2, 2, 3], [false, false, true, true])).toBe(0.875);
    expect(areaUnderCurve([1, 1, 1], [false, true, true])).toBe(0.5);
  });

  it('is undefined when all outcomes are alike', () => {
    expect(areaUnderCurve([1, 2], [true, true])).toBeUndefined();
  });

  it('is the share of pairs told apart, whatever the order of cases', () => {
    const cases = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(cases, (all) => {
        const good = all.filter(([, outcome]) => outcome);
        const bad = all.filter(([, outcome]) => !outcome);
        fc.pre(good.length > 0 && bad.length > 0);
        let wins = 0;
        for (const [x] of good) for (const [y] of bad) wins += x > y ? 1 : x === y ? 0.5 : 0;
        const auc = areaUnderCurve(
          all.map(([score]) => score),
          all.map(([, outcome]) => outcome),
        );
        expect(auc).toBeCloseTo(wins / (good.length * bad.length), 12);
      }),
    );
  });
});

describe('a calibration table', () => {
  it('never parts equal scores', () => {
    expect(calibrationTable([1, 1, 1, 2], [true, false, false, true], 2).map((bin) => bin.count)).toEqual([
      3, 1,
    ]);
  });

  it('holds every case once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean())),
        fc.integer({ min: 1, max: 12 }),
        (all, bins) => {
          const table = calibrationTable(
            all.map(([score]) => score),
            all.map(([, outcome]) => outcome),
            bins,
          );
          expect(table.reduce((sum, bin) => sum + bin.count, 0)).toBe(all.length);
          expect(table.length).toBeLessThanOrEqual(bins);
        },
      ),
    );
  });
});

describe('the lift of the top', () => {
  it('is the rate of the top over the rate of all', () => {
    expect(liftOfTop([4, 3, 2, 1], [true, false, false, false], 0.25)?.lift).toBe(4);
  });

  it('depends on no order among ties', () => {
    expect(liftOfTop([1, 1, 1, 1], [true, false, false, false], 0.25)?.lift).toBe(1);
    expect(liftOfTop([1, 1, 1, 1], [false, false, false, true], 0.25)?.lift).toBe(1);
  });
});

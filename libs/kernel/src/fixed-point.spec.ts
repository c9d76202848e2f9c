import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addIntegers, decay, ONE } from './fixed-point.js';

describe('decay by half-life', () => {
  it('halves with every half-life', () => {
    expect([0, 180, 360, 540].map((days) => decay(days, 180))).toEqual([ONE, ONE / 2, ONE / 4, ONE / 8]);
  });

  it('is within two millionths, or one step of its table, of the real exponential, and never grows', () => {
    fc.assert(
      fc.property(fc.nat(4_000), fc.integer({ min: 1, max: 1_000 }), (days, halfLife) => {
        const exact = ONE * 2 ** (-days / halfLife);
        expect(Math.abs(decay(days, halfLife) - exact)).toBeLessThanOrEqual(exact * (Math.LN2 / 1024) + 2);
        expect(decay(days + 1, halfLife)).toBeLessThanOrEqual(decay(days, halfLife));
      }),
    );
  });

  it('ends at nothing', () => {
    expect(decay(100_000, 1)).toBe(0);
  });
});

describe('sums of a tally', () => {
  it('are exact far beyond 2^53, in any order', () => {
    const integer = fc
      .bigInt({ min: -(2n ** 80n), max: 2n ** 80n })
      .map((value) => (value > -(2n ** 53n) && value < 2n ** 53n ? Number(value) : value.toString()));
    fc.assert(
      fc.property(fc.array(integer, { minLength: 1, maxLength: 20 }), (values) => {
        const sum = values.reduce(addIntegers, 0);
        expect(BigInt(sum)).toBe(values.reduce((total, value) => total + BigInt(value), 0n));
        expect(values.toReversed().reduce(addIntegers, 0)).toBe(sum);
      }),
    );
  });
});

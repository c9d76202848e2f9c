import { describe, expect, it } from '@jest/globals';
import { rankQuintiles, rfmQuintiles } from './index.js';

describe('quintiles by rank', () => {
  it('cut a population into fifths, the lowest first', () => {
    expect(rankQuintiles([50, 10, 40, 20, 30])).toEqual([5, 1, 4, 2, 3]);
  });

  it('part equal values in the order in which they are given', () => {
    expect(rankQuintiles([7, 7, 7, 7, 7])).toEqual([1, 2, 3, 4, 5]);
  });

  it('cut within the fifth before when nested, over all when independent', () => {
    const cases = Array.from({ length: 25 }, (_, i) => ({
      recency: Math.floor(i / 5),
      frequency: i,
      money: i,
    }));
    expect(
      rfmQuintiles(cases, 'independent')
        .slice(0, 5)
        .map((one) => one.frequency),
    ).toEqual([1, 1, 1, 1, 1]);
    expect(
      rfmQuintiles(cases, 'nested')
        .slice(0, 5)
        .map((one) => one.frequency),
    ).toEqual([1, 2, 3, 4, 5]);
  });
});

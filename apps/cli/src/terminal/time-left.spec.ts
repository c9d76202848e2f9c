import { describe, expect, it } from '@jest/globals';
import { timeLeft } from './time-left.js';

describe('the time that is left', () => {
  it('follows from the pace of the stage, once that can be told', () => {
    let now = 0;
    const left = timeLeft(() => now);
    expect(left('moving', 100, 1_000)).toBe('');
    now = 1_000;
    expect(left('moving', 150, 1_000)).toBe('');
    now = 10_000;
    expect(left('moving', 600, 1_000)).toBe(', about 8 s left');
    expect(left('moving', 200, 10_000)).toBe(', about 17 min left');
    expect(left('moving', 1_000, 1_000)).toBe('');
  });

  it('begins anew with another stage', () => {
    let now = 0;
    const left = timeLeft(() => now);
    left('comparing', 0, 10);
    now = 5_000;
    expect(left('moving', 5, 10)).toBe('');
    now = 10_000;
    expect(left('moving', 6, 10)).toBe(', about 20 s left');
  });
});

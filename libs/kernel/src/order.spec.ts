import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareText, compareTimeOrder } from './order.js';

const text = fc.string({ unit: 'binary' }).filter((candidate) => candidate.isWellFormed());

describe('the order of texts', () => {
  it('is the order of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { numRuns: 1_000 },
    );
  });

  it('puts characters beyond U+FFFF after all others', () => {
    expect(compareText('\u{1F600}', '\uFF5E')).toBeGreaterThan(0);
  });
});

describe('the order of touchpoints in their own time', () => {
  it('goes by time, then source, then id, then subject', () => {
    const base = { time: '2026-01-01T00:00:00.000Z', source: 'b', id: 'b', subject: 'relationship/b' };
    expect(compareTimeOrder(base, { ...base, time: '2026-01-01T00:00:00.001Z', source: 'a' })).toBeLessThan(
      0,
    );
    expect(compareTimeOrder(base, { ...base, source: 'c', id: 'a' })).toBeLessThan(0);
    expect(compareTimeOrder(base, { ...base, id: 'a', subject: 'relationship/z' })).toBeGreaterThan(0);
    expect(compareTimeOrder(base, { ...base, subject: 'relationship/a' })).toBeGreaterThan(0);
    expect(compareTimeOrder(base, { ...base })).toBe(0);
  });
});

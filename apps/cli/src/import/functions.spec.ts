import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { minorUnits, saleLines, slug } from './functions.js';

describe('money in mappings', () => {
  it('reads amounts digit by digit', () => {
    expect([
      minorUnits('11.77', 'USD'),
      minorUnits('12', 'USD'),
      minorUnits('0.1', 'USD'),
      minorUnits('-3.05', 'EUR'),
    ]).toEqual([1177, 1200, 10, -305]);
    expect([
      minorUnits('1500', 'JPY'),
      minorUnits('1.234', 'KWD'),
      minorUnits('1.5000', 'EUR'),
      minorUnits(29.85, 'USD'),
    ]).toEqual([1500, 1234, 150, 2985]);
  });

  it('refuses what is finer than the currency, or no amount', () => {
    expect(() => minorUnits('1.005', 'USD')).toThrow('at most 2 digits');
    expect(() => minorUnits('1,50', 'EUR')).toThrow('decimal number');
    expect(() => minorUnits('1.50', 'euro')).toThrow('three capital letters');
  });

  it('writes any amount back as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (cents) => {
        expect(minorUnits(`${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`, 'USD')).toBe(
          cents,
        );
      }),
    );
  });

  it('keeps the total and the pieces of a sale exact, whatever they are', () => {
    expect(saleLines(7700, 5, 'cd', 'USD')).toEqual([
      { sku: 'cd', quantity: 5, unitPrice: { amountMinor: 1540, currency: 'USD' } },
    ]);
    expect(saleLines(0, 3, 'cd', 'USD')).toHaveLength(1);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 1, max: 200 }),
        (total, quantity) => {
          const lines = saleLines(total, quantity, 'cd', 'USD');
          expect(lines.length).toBeLessThanOrEqual(2);
          expect(lines.reduce((sum, line) => sum + line.quantity * line.unitPrice.amountMinor, 0)).toBe(
            total,
          );
          expect(lines.reduce((sum, line) => sum + line.quantity, 0)).toBe(quantity);
        },
      ),
    );
  });

  it('makes ids of names', () => {
    expect([slug('Wells Fargo & Company'), slug('  Crédit  Agricole, S.A. '), slug('東京 銀行')]).toEqual([
      'wells-fargo-company',
      'credit-agricole-s-a',
      '東京-銀行',
    ]);
  });
});

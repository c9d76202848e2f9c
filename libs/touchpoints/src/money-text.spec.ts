import { describe, expect, it } from '@jest/globals';
import { moneyText } from './money-text.js';

describe('money as text', () => {
  it.each([
    [1234, 'EUR', '12.34 EUR'],
    [5, 'EUR', '0.05 EUR'],
    [0, 'USD', '0.00 USD'],
    [-1234, 'EUR', '-12.34 EUR'],
    [1234, 'JPY', '1234 JPY'],
    [1234, 'KWD', '1.234 KWD'],
  ])('writes %d minor units of %s as %s', (amountMinor, currency, text) => {
    expect(moneyText({ amountMinor, currency })).toBe(text);
  });
});

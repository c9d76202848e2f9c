import type { Money } from '@rapport/kernel';

/** ISO 4217 currencies whose minor unit is not a hundredth. */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'ISK',
    'JPY',
    'KMF',
    'KRW',
    'PYG',
    'RWF',
    'UGX',
    'UYI',
    'VND',
    'VUV',
    'XAF',
    'XOF',
    'XPF',
  ].map((code) => [code, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code) => [code, 3] as const),
  ...['CLF', 'UYW'].map((code) => [code, 4] as const),
]);

/**
 * Money as text, the same everywhere: no locale has a say.
 * @example moneyText({ amountMinor: 1234, currency: 'EUR' }) // '12.34 EUR'
 */
export function moneyText({ amountMinor, currency }: Money): string {
  const digits = DIGITS.get(currency) ?? 2;
  const sign = amountMinor < 0 ? '-' : '';
  const minor = String(Math.abs(amountMinor)).padStart(digits + 1, '0');
  const whole = minor.slice(0, minor.length - digits);
  return `${sign}${digits === 0 ? whole : `${whole}.${minor.slice(-digits)}`} ${currency}`;
}

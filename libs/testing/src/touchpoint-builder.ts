import type { JsonObject, Touchpoint } from '@rapport/kernel';

let count = 0;

/**
 * A touchpoint with everything filled in that a spec does not care about.
 * @example touchpoint('sale.SaleCompleted', 'c-1', '2026-01-31', { lines: [] })
 */
export function touchpoint(
  kind: string,
  party: string,
  time: string,
  data: JsonObject = {},
  more: Partial<Omit<Touchpoint, 'data'>> = {},
): Touchpoint {
  count++;
  return {
    id: `t-${count}`,
    source: 'urn:spec',
    type: `rapport.${kind}.v1`,
    subject: `relationship/${party}`,
    time: time.length === 10 ? `${time}T12:00:00.000Z` : time,
    ...more,
    data,
  };
}

/** A sale of one line. */
export const saleOf = (
  party: string,
  time: string,
  amountMinor = 1_000,
  more: Partial<Omit<Touchpoint, 'data'>> = {},
  sku = 'P-1',
): Touchpoint =>
  touchpoint(
    'sale.SaleCompleted',
    party,
    time,
    { lines: [{ sku, quantity: 1, unitPrice: { amountMinor, currency: 'EUR' } }] },
    more,
  );

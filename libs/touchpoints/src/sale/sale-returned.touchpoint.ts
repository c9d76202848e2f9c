import { defineKind } from '../define-kind.js';
import { moneyText } from '../money-text.js';
import { EventRef, Label, Optional, Part } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { amountOf, brokenLineRule, LINES_MAX, piecesText, SaleLine } from './sale-lines.js';

/** A party gave something back. */
export class SaleReturned extends Payload {
  @Part('What came back, at the price it was sold for', () => SaleLine, {
    list: { countMin: 1, countMax: LINES_MAX },
  })
  readonly lines!: SaleLine[];
  @Optional() @Label('Why', { lengthMax: 200 }) readonly reason?: string;
  @Optional() @EventRef('The sale it belongs to') readonly sale?: string;
}

export const saleReturned = defineKind({
  family: 'sale',
  name: 'SaleReturned',
  version: 1,
  description:
    'The party returned something it had bought. Quantities and amounts count what came back and are above zero.',
  payload: SaleReturned,
  check: brokenLineRule,
  headline: ({ data }) =>
    `Returned ${piecesText(data.lines)} for ${moneyText(amountOf(data.lines))}${data.reason === undefined ? '' : `: ${data.reason}`}.`,
  signals: ({ data }) => [{ name: 'sale.returned', amount: amountOf(data.lines) }],
  example: {
    time: '2026-03-12T09:30:00.000Z',
    data: {
      lines: [{ sku: 'S-1', quantity: 1, unitPrice: { amountMinor: 24_950, currency: 'EUR' } }],
      reason: 'not needed',
      sale: 'sale-completed-1',
    },
  },
});

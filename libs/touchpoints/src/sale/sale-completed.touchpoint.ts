import { defineKind } from '../define-kind.js';
import { moneyText } from '../money-text.js';
import { EventRef, OneOf, Optional, Part } from '../payload/members.js';
import { Payload } from '../payload/payload.js';
import { amountOf, brokenLineRule, LINES_MAX, piecesText, SaleLine } from './sale-lines.js';

/** What a sale came from. */
export const SALE_ORIGINS = ['repeat', 'referral', 'campaign', 'crossSell', 'upSell', 'organic'] as const;

/** A party bought something. */
export class SaleCompleted extends Payload {
  @Part('What was sold', () => SaleLine, { list: { countMin: 1, countMax: LINES_MAX } })
  readonly lines!: SaleLine[];
  @Optional() @OneOf('What the sale came from', SALE_ORIGINS) readonly origin?: (typeof SALE_ORIGINS)[number];
  @Optional() @EventRef('The touchpoint it came from') readonly originEvent?: string;
}

export const saleCompleted = defineKind({
  family: 'sale',
  name: 'SaleCompleted',
  version: 1,
  description:
    'The party bought something. The lines share one currency; the amount is the sum of quantity times unit price.',
  payload: SaleCompleted,
  check: brokenLineRule,
  headline: ({ data }) => `Bought ${piecesText(data.lines)} for ${moneyText(amountOf(data.lines))}.`,
  signals: ({ data }) => [{ name: 'sale', amount: amountOf(data.lines) }],
  example: {
    channel: 'internet',
    direction: 'inbound',
    data: {
      lines: [
        {
          sku: 'P-300',
          quantity: 2,
          unitPrice: { amountMinor: 89_900, currency: 'EUR' },
          unitCost: { amountMinor: 61_000, currency: 'EUR' },
          description: 'pump P-300',
        },
        { sku: 'S-1', quantity: 1, unitPrice: { amountMinor: 24_950, currency: 'EUR' } },
      ],
      origin: 'crossSell',
      originEvent: 'offer-made-1',
    },
  },
});

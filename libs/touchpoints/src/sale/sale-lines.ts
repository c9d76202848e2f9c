import type { Money } from '@rapport/kernel';
import { Label, Optional, Part, Whole } from '../payload/members.js';
import { Amount } from '../payload/payload.js';
import type { BrokenRule } from '../payload/validator.js';

/** One line of a sale or return. */
export class SaleLine {
  @Label('What was sold: the article number') readonly sku!: string;
  @Whole('How many', { min: 1, max: 1_000_000 }) readonly quantity!: number;
  @Part('Price of one', () => Amount) readonly unitPrice!: Amount;
  @Optional() @Part('What one cost the firm', () => Amount) readonly unitCost?: Amount;
  @Optional() @Label('What it is', { lengthMax: 200 }) readonly description?: string;
}

/** Most lines of one sale. */
export const LINES_MAX = 500;

/** The sum over the lines: quantity times unit price. The lines share one currency ({@link brokenLineRule} sees to it). */
export const amountOf = (lines: readonly SaleLine[]): Money => ({
  amountMinor: lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amountMinor, 0),
  currency: lines[0]?.unitPrice.currency ?? '',
});

/** What all lines together must keep: one currency, and totals that a double holds exactly. */
export function brokenLineRule({ lines }: { readonly lines: readonly SaleLine[] }): BrokenRule | undefined {
  const currency = lines[0]?.unitPrice.currency;
  let price = 0;
  let cost = 0;
  for (let index = 0; index < lines.length; index++) {
    const { quantity, unitPrice, unitCost } = lines[index] as SaleLine;
    if (unitPrice.currency !== currency)
      return {
        pointer: `/lines/${index}/unitPrice/currency`,
        must: 'be the currency of the first line: record a sale for each currency',
      };
    if (unitCost !== undefined && unitCost.currency !== currency)
      return { pointer: `/lines/${index}/unitCost/currency`, must: 'be the currency of the prices' };
    price += quantity * unitPrice.amountMinor;
    cost += quantity * (unitCost?.amountMinor ?? 0);
  }
  if (price <= Number.MAX_SAFE_INTEGER && cost <= Number.MAX_SAFE_INTEGER) return undefined;
  return { pointer: '/lines', must: 'add up to less than 2^53 minor units' };
}

/** How many pieces the lines hold, in words. */
export function piecesText(lines: readonly SaleLine[]): string {
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return `${pieces} ${pieces === 1 ? 'item' : 'items'}`;
}

import type { Dice } from './dice.js';

/** Something the sample's firm sells. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  /** Euro cents. */
  readonly priceMinor: number;
  /** What it costs the firm, in hundredths of the price. */
  readonly costPercent: number;
}

/** Coffee machines and grinders: bought once in a while. */
export const MACHINES = [
  { sku: 'machine-terrace-2', name: 'Terrace 2', priceMinor: 64_900, costPercent: 61 },
  { sku: 'grinder-quiet', name: 'Quiet grinder', priceMinor: 23_900, costPercent: 54 },
  { sku: 'machine-terrace-3', name: 'Terrace 3', priceMinor: 149_900, costPercent: 58 },
  { sku: 'machine-veranda', name: 'Veranda', priceMinor: 389_000, costPercent: 55 },
] as const satisfies readonly Product[];

/** Beans and what wears out: bought again and again. */
export const SUPPLIES = [
  { sku: 'beans-house-1kg', name: 'House blend 1 kg', priceMinor: 2_190, costPercent: 52 },
  { sku: 'beans-light-1kg', name: 'Light roast 1 kg', priceMinor: 2_490, costPercent: 53 },
  { sku: 'beans-decaf-500g', name: 'Decaf 500 g', priceMinor: 1_390, costPercent: 56 },
  { sku: 'filter-set', name: 'Water filters', priceMinor: 1_790, costPercent: 38 },
  { sku: 'descaler', name: 'Descaler', priceMinor: 990, costPercent: 30 },
  { sku: 'cups-6', name: 'Six cups', priceMinor: 2_990, costPercent: 47 },
] as const satisfies readonly Product[];

/** Prices abroad follow a list of the firm's own, in hundredths of the euro price in minor units; yen have no cents. */
const PRICE_PERCENT = { EUR: 100, GBP: 88, PLN: 430, JPY: 160 } as const;
export type Currency = keyof typeof PRICE_PERCENT;

/** What something costs in a currency, in its minor units. */
export const priceIn = (currency: Currency, euroMinor: number): number =>
  Math.floor((euroMinor * PRICE_PERCENT[currency]) / 100);

/** Money in a currency, given its value in euro cents. */
export const moneyIn = (
  currency: Currency,
  euroMinor: number,
): { readonly amountMinor: number; readonly currency: Currency } => ({
  amountMinor: priceIn(currency, euroMinor),
  currency,
});

/** A machine, small ones more often than large ones. */
export const pickMachine = (dice: Dice): Product => firstMostly(dice, MACHINES);

/** Something that is bought again and again, beans most often. */
export const pickSupply = (dice: Dice): Product => firstMostly(dice, SUPPLIES);

const firstMostly = (dice: Dice, products: readonly [Product, ...Product[]]): Product =>
  products[Math.min(dice.below(products.length), dice.below(products.length))] ?? products[0];

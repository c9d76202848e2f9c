import type { Channel } from '@rapport/kernel';
import type { Instant } from './calendar.js';
import { inbound } from './contact.js';
import { moneyIn, type Currency, type Product } from './goods.js';
import type { Journal, Told } from './journal.js';

/** A sale that was told, with what later stories need to know of it. */
export interface Purchase {
  readonly sale: Told;
  readonly at: Instant;
  readonly product: Product;
  readonly quantity: number;
  readonly lines: readonly SampleLine[];
}

/** One line of a sale. */
export type SampleLine = ReturnType<typeof lineOf>;

/** A line of a sale in the party's currency. */
export const lineOf = (
  { sku, name, priceMinor, costPercent }: Product,
  quantity: number,
  currency: Currency,
) => ({
  sku,
  quantity,
  unitPrice: moneyIn(currency, priceMinor),
  unitCost: moneyIn(currency, Math.floor((priceMinor * costPercent) / 100)),
  description: name,
});

/** Where a sale came from: `origin` and `originEvent` of its payload, and the event that caused it. */
export interface Origin {
  readonly origin: 'repeat' | 'referral' | 'campaign' | 'crossSell' | 'upSell' | 'organic';
  readonly from?: Told | undefined;
}

/** A sale to tell. */
export interface Sale {
  readonly at: Instant;
  readonly arrives?: Instant;
  readonly origin: Origin;
  readonly lines: readonly SampleLine[];
  readonly channel: Channel;
  /** The person who bought for a firm. */
  readonly buyer?: string | undefined;
}

/** Tells a sale. */
export function tellSale(
  journal: Journal,
  party: string,
  { at, arrives, origin, lines, channel, buyer }: Sale,
): Told {
  return journal.tell(party, {
    kind: 'sale.SaleCompleted',
    at,
    arrives: arrives ?? at,
    ...inbound(channel),
    ...(origin.from === undefined ? {} : { causation: origin.from.id }),
    data: {
      lines,
      origin: origin.origin,
      ...(origin.from === undefined ? {} : { originEvent: origin.from.id }),
      ...(buyer === undefined ? {} : { parties: [{ id: buyer, role: 'buyer' }] }),
    },
  });
}

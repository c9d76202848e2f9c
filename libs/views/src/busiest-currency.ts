import type { JsonObject, TallyDocument } from '@rapport/kernel';
import { countersOf } from './signals/signals.view.js';

/** ISO 4217: a test that involves no currency. */
const NO_CURRENCY = 'XXX';

/**
 * The currency in which most days with a sale are counted, the first by letter among equals: money of several currencies
 * is never summed, so a ranking by money needs one. `XXX` where nothing was sold.
 */
export async function busiestCurrency(
  documents: AsyncIterable<{ readonly doc: JsonObject }>,
): Promise<string> {
  const days = new Map<string, number>();
  for await (const { doc } of documents) {
    for (const { signal, currency } of countersOf(doc as TallyDocument)) {
      if (signal === 'sale' && currency !== undefined) days.set(currency, (days.get(currency) ?? 0) + 1);
    }
  }
  const [busiest] = [...days].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return busiest?.[0] ?? NO_CURRENCY;
}

import { dayTextAt, daysAfter, hasCome, type Instant } from './calendar.js';
import { inbound } from './contact.js';
import { Dice } from './dice.js';
import { moneyIn } from './goods.js';
import type { Journal } from './journal.js';
import type { SampleParty } from './people.js';

const PLANS = [
  { plan: 'beans every month', priceMinor: 2_390, termDays: 90 },
  { plan: 'filters and descaler', priceMinor: 1_990, termDays: 180 },
  { plan: 'maintenance', priceMinor: 11_900, termDays: 365 },
] as const;

/** A subscription is started, renewed term after term, and cancelled or kept. */
export function subscriptionOf(
  journal: Journal,
  { id, currency, joinedAt }: SampleParty,
  loyalPercent: number,
): void {
  const dice = new Dice(`${id} subscription`);
  const { plan, priceMinor, termDays } = dice.pick(PLANS);
  const episode = `subscription-${id}`;
  const term = (from: Instant, price: number) => ({
    plan,
    price: moneyIn(currency, price),
    validTo: dayTextAt(daysAfter(from, termDays)),
  });
  let from = daysAfter(joinedAt, dice.between(10, 300));
  let price: number = priceMinor;
  journal.tell(id, {
    kind: 'sale.SubscriptionStarted',
    at: from,
    ...inbound('internet'),
    episode,
    data: term(from, price),
  });
  while (hasCome(daysAfter(from, termDays))) {
    if (!dice.percent(loyalPercent)) {
      const at = daysAfter(from, termDays - dice.between(3, 20));
      journal.tell(id, {
        kind: 'sale.SubscriptionCancelled',
        at,
        ...inbound('email'),
        episode,
        data: {
          plan,
          reason: dice.pick(['drinks less coffee', 'too expensive', 'moved abroad', 'machine sold']),
        },
      });
      return;
    }
    from = daysAfter(from, termDays);
    price = Math.floor((price * 103) / 100);
    journal.tell(id, {
      kind: 'sale.SubscriptionRenewed',
      at: from,
      by: 'system',
      channel: 'internet',
      direction: 'outbound',
      episode,
      data: term(from, price),
    });
  }
}

import { dayAt, daysAfter, LAST_DAY, type Instant } from './calendar.js';
import { clerk, inbound, outbound } from './contact.js';
import { Dice } from './dice.js';
import { MACHINES, pickSupply } from './goods.js';
import type { Journal, Told } from './journal.js';
import type { SampleParty } from './people.js';
import { lineOf, tellSale, type Purchase } from './sale.js';

const NEEDS = [
  'quiet mornings',
  'more cups at once',
  'less waste',
  'coffee on the road',
  'weekend delivery',
  'softer water',
] as const;

/** Who may be made offers: with what it bought so far. */
export interface Prospect {
  readonly party: SampleParty;
  readonly purchases: readonly Pick<Purchase, 'sale' | 'at'>[];
  /** Offers in a year. */
  readonly offersPerYear: number;
}

/** Needs come to light; most of them can be matched, and met or declined with a look at both sides' benefit. */
export function needsOf(journal: Journal, party: SampleParty, count: number): void {
  const dice = new Dice(`${party.id} needs`);
  const days = LAST_DAY - dayAt(party.joinedAt);
  for (let number = 1; number <= count; number++)
    needOf(journal, party, dice, { number, at: daysAfter(party.joinedAt, 15 + dice.below(days + 1)) });
}

function needOf(
  journal: Journal,
  { id, channel }: SampleParty,
  dice: Dice,
  { number, at }: { readonly number: number; readonly at: Instant },
): void {
  const need = dice.pick(NEEDS);
  const episode = `need-${id}-${number}`;
  const by = clerk(dice);
  journal.tell(id, { kind: 'need.NeedDiscovered', at, ...inbound(channel), episode, data: { need } });
  if (dice.percent(12)) return;
  const matchedAt = daysAfter(at, dice.between(1, 20));
  journal.tell(id, {
    kind: 'need.NeedMatched',
    at: matchedAt,
    ...outbound('email', by),
    episode,
    data: { need, offering: dice.pick(MACHINES).name },
  });
  const endedAt = daysAfter(matchedAt, dice.between(10, 60));
  const benefits = { need, benefitUs: dice.between(0, 8), benefitThem: dice.between(2, 10) };
  journal.tell(id, {
    kind: dice.percent(72) ? 'need.NeedSatisfied' : 'need.NeedDeclined',
    at: endedAt,
    by,
    episode,
    data: benefits,
  });
}

const OFFERS = ['cross', 'up', 'renewal'] as const;

/** Offers the firm makes of its own accord: personal ones, which rest on a purchase, are taken more often. */
export function offersTo(journal: Journal, { party, purchases, offersPerYear }: Prospect): void {
  const dice = new Dice(`${party.id} offers`);
  const first = dayAt(party.joinedAt) + 30;
  const count = Math.floor(((LAST_DAY - first) * offersPerYear) / 365);
  for (let number = 1; number <= count; number++) {
    const at = daysAfter(party.joinedAt, 30 + dice.below(Math.max(1, LAST_DAY - first)));
    const basis = dice.percent(60) ? purchases.findLast((purchase) => purchase.at < at)?.sale : undefined;
    offer(journal, party, dice, { number, at, basis });
  }
}

function offer(
  journal: Journal,
  { id, channel, currency }: SampleParty,
  dice: Dice,
  { number, at, basis }: { readonly number: number; readonly at: Instant; readonly basis: Told | undefined },
): void {
  const episode = `offer-${id}-${number}`;
  const kind = dice.pick(OFFERS);
  const product = pickSupply(dice);
  const made = journal.tell(id, {
    kind: 'sale.OfferMade',
    at,
    ...outbound('email', 'system'),
    episode,
    ...(basis === undefined ? {} : { causation: basis.id }),
    data: { kind, offering: product.name, ...(basis === undefined ? {} : { basis: [basis.id] }) },
  });
  const answeredAt = daysAfter(at, dice.between(1, 12));
  const answer = dice.below(100);
  if (answer >= (basis === undefined ? 12 : 30)) {
    if (answer >= 70)
      journal.tell(id, {
        kind: 'sale.OfferDeclined',
        at: answeredAt,
        ...inbound(channel),
        episode,
        data: { reason: dice.pick(['too expensive', 'not now', 'have one already']), offer: made.id },
      });
    return;
  }
  const accepted = journal.tell(id, {
    kind: 'sale.OfferAccepted',
    at: answeredAt,
    ...inbound(channel),
    episode,
    data: { offer: made.id },
  });
  const origin = kind === 'cross' ? 'crossSell' : kind === 'up' ? 'upSell' : 'repeat';
  tellSale(journal, id, {
    at: daysAfter(answeredAt, 1),
    channel: 'internet',
    origin: { origin, from: accepted },
    lines: [lineOf(product, dice.between(1, 2), currency)],
  });
}

/** News of the house, told in person or by letter. */
export function briefings(journal: Journal, party: SampleParty, count: number): void {
  const dice = new Dice(`${party.id} briefings`);
  const days = LAST_DAY - dayAt(party.joinedAt);
  for (let number = 0; number < count; number++) {
    journal.tell(party.id, {
      kind: 'sale.InnovationBriefingGiven',
      at: daysAfter(party.joinedAt, 20 + dice.below(days + 1)),
      ...outbound(dice.pick(['inPerson', 'video', 'email']), clerk(dice)),
      data: { offering: dice.pick(MACHINES).name, effortMinutes: dice.between(10, 60) },
    });
  }
}

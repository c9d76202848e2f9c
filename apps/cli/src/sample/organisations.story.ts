import { survey } from './after-sale.story.js';
import {
  dayAt,
  dayTextAt,
  daysAfter,
  during,
  hoursAfter,
  LAST_DAY,
  seasonPercent,
  type Instant,
} from './calendar.js';
import { clerk, inbound, outbound } from './contact.js';
import { Dice } from './dice.js';
import { MACHINES, moneyIn, pickMachine, pickSupply } from './goods.js';
import { inquiry } from './inquiries.story.js';
import type { Journal, Told } from './journal.js';
import { briefings, needsOf, offersTo } from './needs.story.js';
import { contractLife, negotiate } from './negotiations.story.js';
import type { Organisation } from './people.js';
import { lineOf, tellSale, type Purchase } from './sale.js';
import { subscriptionOf } from './subscriptions.story.js';
import { supportCase } from './support.story.js';

/** A sale to a firm, told. */
export type FirmSale = Pick<Purchase, 'sale' | 'at' | 'lines'>;

/** A firm from its first question to a contract, and what it buys under it; some never sign. Gives its first purchase. */
export function customerFirm(
  journal: Journal,
  firm: Organisation,
  introduction: Told | undefined,
): FirmSale | undefined {
  const dice = new Dice(`${firm.id} customer`);
  const asker = firm.people[0] ?? firm;
  const asked = inquiry(journal, asker, {
    number: 1,
    at: daysAfter(asker.joinedAt, dice.between(1, 9)),
    topic: 'machines for our rooms',
  });
  const worthMinor = dice.between(40, 900) * 10_000;
  const opportunity = opportunityAfter(journal, firm, dice, asked.asked, {
    at: daysAfter(asked.endedAt, dice.between(1, 10)),
    worthMinor,
  });
  if (dice.percent(12)) {
    journal.tell(firm.id, {
      kind: 'sale.OpportunityLost',
      at: daysAfter(opportunity.quotedAt, dice.between(10, 60)),
      by: clerk(dice),
      episode: opportunity.episode,
      data: { reason: dice.pick(['budget cut', 'chose another supplier', 'no decision']) },
    });
    return undefined;
  }
  const ending = dice.percent(10) ? 'abandoned' : dice.percent(3) ? 'open' : 'signed';
  const negotiated = negotiate(journal, firm, {
    number: 1,
    openedAt: daysAfter(opportunity.quotedAt, dice.between(3, 15)),
    topic: 'machines and beans for all sites',
    ending,
    worthMinor,
  });
  if (negotiated.signed === undefined) return undefined;
  journal.tell(firm.id, {
    kind: 'sale.OpportunityWon',
    at: hoursAfter(negotiated.signedAt, 1),
    by: clerk(dice),
    episode: opportunity.episode,
    causation: negotiated.signed.id,
    data: { value: moneyIn(firm.currency, worthMinor) },
  });
  const endsAt = contractLife(journal, firm, negotiated, 84);
  const sales = salesUnderContract(journal, firm, { from: negotiated.signedAt, to: endsAt, introduction });
  offersTo(journal, { party: firm, purchases: sales, offersPerYear: 2 });
  careFor(journal, firm, sales);
  return sales[0];
}

function opportunityAfter(
  journal: Journal,
  firm: Organisation,
  dice: Dice,
  asked: Told,
  { at, worthMinor }: { readonly at: Instant; readonly worthMinor: number },
): { readonly episode: string; readonly quotedAt: Instant } {
  const episode = `opportunity-${firm.id}-1`;
  const by = clerk(dice);
  const value = moneyIn(firm.currency, worthMinor);
  journal.tell(firm.id, {
    kind: 'sale.OpportunityOpened',
    at,
    by,
    episode,
    causation: asked.id,
    data: { offering: dice.pick(MACHINES).name, value, expectedOn: dayTextAt(daysAfter(at, 60)) },
  });
  const quotedAt = daysAfter(at, dice.between(2, 12));
  journal.tell(firm.id, {
    kind: 'sale.QuoteSent',
    at: quotedAt,
    ...outbound('email', by),
    episode,
    data: {
      quote: `Q-${firm.id}-1`,
      value,
      validTo: dayTextAt(daysAfter(quotedAt, 45)),
      effortMinutes: dice.between(30, 120),
    },
  });
  return { episode, quotedAt };
}

/** What a firm buys while its contract holds: the machines first, then beans by need. */
function salesUnderContract(
  journal: Journal,
  firm: Organisation,
  {
    from,
    to,
    introduction,
  }: { readonly from: Instant; readonly to: Instant | undefined; readonly introduction: Told | undefined },
): readonly FirmSale[] {
  const dice = new Dice(`${firm.id} sales`);
  const buyer = firm.people.at(-1)?.id;
  const perYear = dice.between(14, 40);
  const firstAt = daysAfter(from, dice.between(3, 12));
  const origin =
    introduction === undefined
      ? ({ origin: 'organic' } as const)
      : ({ origin: 'referral', from: introduction } as const);
  const machines = [lineOf(pickMachine(dice), dice.between(2, 6), firm.currency)];
  const first = tellSale(journal, firm.id, {
    at: firstAt,
    channel: 'extranet',
    origin,
    buyer,
    lines: machines,
  });
  const sales: FirmSale[] = [{ sale: first, at: firstAt, lines: machines }];
  const last = to === undefined ? LAST_DAY : Math.min(LAST_DAY, dayAt(to));
  for (let day = dayAt(firstAt) + 1; day <= last; day++) {
    if (dice.below(36_500) >= perYear * seasonPercent(day)) continue;
    const at = during(dice, day, { from: 7, to: 17 });
    const lines = [lineOf(pickSupply(dice), dice.between(4, 30), firm.currency)];
    sales.push({
      at,
      lines,
      sale: tellSale(journal, firm.id, {
        at,
        channel: 'extranet',
        origin: { origin: 'repeat' },
        buyer,
        lines,
      }),
    });
  }
  return sales;
}

/** Everything around the sales: help, surveys, news, needs, and a word from the people there. */
function careFor(journal: Journal, firm: Organisation, sales: readonly FirmSale[]): void {
  const dice = new Dice(`${firm.id} care`);
  const warmth = dice.between(-1, 2);
  for (const { sale, at } of sales) {
    if (dice.percent(13))
      supportCase(journal, firm, { after: sale, at: daysAfter(at, dice.between(1, 20)), sla: 'gold' });
    if (dice.percent(14))
      survey(journal, firm.people[0] ?? firm, { after: sale, at: daysAfter(at, 7), warmth });
  }
  needsOf(journal, firm, dice.between(1, 4));
  briefings(journal, firm, dice.between(2, 6));
  if (dice.percent(35)) subscriptionOf(journal, firm, 94);
  for (const person of firm.people) {
    inquiry(journal, person, { number: 2, at: daysAfter(person.joinedAt, dice.between(60, 700)) });
    if (dice.percent(40))
      journal.tell(person.id, {
        kind: 'survey.FeedbackReceived',
        at: daysAfter(person.joinedAt, dice.between(90, 800)),
        ...inbound('inPerson'),
        data: { topic: 'working together', sentiment: warmth },
      });
  }
}

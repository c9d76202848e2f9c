import {
  dayAt,
  daysAfter,
  FIRST_DAY,
  hoursAfter,
  LAST_DAY,
  seasonPercent,
  during,
  type Instant,
} from './calendar.js';
import { clerk, inbound, outbound } from './contact.js';
import { Dice } from './dice.js';
import { pickSupply } from './goods.js';
import { inquiry } from './inquiries.story.js';
import type { Journal, Told } from './journal.js';
import { briefings, needsOf } from './needs.story.js';
import { contractLife, negotiate } from './negotiations.story.js';
import type { Organisation } from './people.js';
import { refer, type Referral } from './referrals.story.js';
import { lineOf, tellSale } from './sale.js';

/** Goods that the firm buys. */
const BOUGHT_IN = ['green coffee', 'pumps and seals', 'paper bags', 'freight', 'steel housings'] as const;

/** A supplier: a contract every other year, a quarterly talk, and its word on us. */
export function supplierFirm(journal: Journal, firm: Organisation): void {
  const dice = new Dice(`${firm.id} supplier`);
  const { id } = firm;
  if (dice.percent(30))
    journal.tell(id, {
      kind: 'relationship.RoleAdded',
      at: daysAfter(firm.joinedAt, 90),
      by: clerk(dice),
      data: { role: 'vendor' },
    });
  const negotiated = negotiate(journal, firm, {
    number: 1,
    openedAt: daysAfter(firm.joinedAt, dice.between(10, 60)),
    topic: dice.pick(BOUGHT_IN),
    ending: 'signed',
    worthMinor: dice.between(100, 2_000) * 10_000,
  });
  contractLife(journal, firm, negotiated, 88);
  if (dice.percent(40)) {
    negotiate(journal, firm, {
      number: 2,
      openedAt: daysAfter(firm.joinedAt, dice.between(400, 800)),
      topic: dice.pick(BOUGHT_IN),
      ending: dice.pick(['signed', 'abandoned', 'open']),
      worthMinor: dice.between(50, 500) * 10_000,
    });
  }
  const talker = firm.people[0] ?? firm;
  for (
    let at = daysAfter(firm.joinedAt, 60);
    dayAt(at) <= LAST_DAY;
    at = daysAfter(at, dice.between(70, 110))
  ) {
    journal.tell(talker.id, {
      kind: 'survey.FeedbackReceived',
      at,
      ...inbound('video'),
      data: {
        topic: dice.pick(['forecasts', 'payment', 'quality', 'planning']),
        sentiment: dice.between(-1, 2),
        effortMinutes: 30,
        parties: [{ id, role: 'supplier' }],
      },
    });
  }
}

/** A distributor sells for us: it reports a month's sales at the beginning of the next, so that they arrive late. */
export function distributorFirm(journal: Journal, firm: Organisation): void {
  const dice = new Dice(`${firm.id} distributor`);
  const negotiated = negotiate(journal, firm, {
    number: 1,
    openedAt: daysAfter(firm.joinedAt, dice.between(5, 30)),
    topic: 'distribution',
    ending: 'signed',
    worthMinor: dice.between(500, 3_000) * 10_000,
  });
  const endsAt = contractLife(journal, firm, negotiated, 90);
  const perYear = dice.between(30, 60);
  const last = endsAt === undefined ? LAST_DAY : Math.min(LAST_DAY, dayAt(endsAt));
  for (let day = dayAt(negotiated.signedAt) + 1; day <= last; day++) {
    if (dice.below(36_500) >= perYear * seasonPercent(day)) continue;
    const at = during(dice, day, { from: 6, to: 18 });
    const lines = [
      lineOf(pickSupply(dice), dice.between(20, 90), firm.currency),
      lineOf(pickSupply(dice), dice.between(10, 40), firm.currency),
    ];
    tellSale(journal, firm.id, {
      at,
      arrives: reportedAt(at),
      channel: 'partner',
      origin: { origin: 'repeat' },
      lines,
      buyer: firm.people[0]?.id,
    });
  }
  briefings(journal, firm, 4);
  needsOf(journal, firm, 2);
}

/** Four-weekly reports, counted from the first day of the three years. */
const REPORT_DAYS = 28;
function reportedAt(at: Instant): Instant {
  const days = dayAt(at) - FIRST_DAY;
  return hoursAfter(daysAfter(at, REPORT_DAYS - (days % REPORT_DAYS)), 2);
}

/** An intermediary brings firms to us, and asks on their behalf. */
export function intermediaryFirm(
  journal: Journal,
  firm: Organisation,
  brought: readonly Organisation[],
): readonly Referral[] {
  const dice = new Dice(`${firm.id} intermediary`);
  const talker = firm.people[0] ?? firm;
  for (let number = 1; number <= 5; number++)
    inquiry(journal, talker, { number, at: daysAfter(talker.joinedAt, dice.between(30, 1_000)) });
  journal.tell(firm.id, {
    kind: 'sale.InnovationBriefingGiven',
    at: daysAfter(firm.joinedAt, 45),
    ...outbound('inPerson', clerk(dice)),
    data: { offering: 'Veranda', effortMinutes: 90 },
  });
  return brought.map((prospect) => refer(journal, firm, prospect));
}

/** Who introduced a firm, if an intermediary did. */
export const introductionOf = (referrals: readonly Referral[], firm: Organisation): Told | undefined =>
  referrals.find(({ prospect }) => prospect.id === firm.id)?.made;

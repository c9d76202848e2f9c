import { daysAfter, hoursAfter, minutesAfter } from './calendar.js';
import { clerk, inbound } from './contact.js';
import { Dice } from './dice.js';
import type { Journal, Told } from './journal.js';
import type { Consumer, SampleParty } from './people.js';
import type { Purchase } from './sale.js';

/** A referral that was made. */
export interface Referral {
  readonly referrer: SampleParty;
  readonly prospect: SampleParty;
  readonly made: Told;
}

/** Somebody brings somebody: told before the prospect comes, and taken up when it does. */
export function refer(journal: Journal, referrer: SampleParty, prospect: SampleParty): Referral {
  const dice = new Dice(`${referrer.id} refers ${prospect.id}`);
  const madeAt = hoursAfter(prospect.joinedAt, -dice.between(5, 500));
  const made = journal.tell(referrer.id, {
    kind: 'referral.ReferralMade',
    at: madeAt,
    ...inbound(dice.pick(['internet', 'email', 'partner', 'inPerson'])),
    data: { prospect: prospect.id, medium: dice.pick(['link', 'card', 'word of mouth']) },
  });
  journal.tell(referrer.id, {
    kind: 'referral.ReferralAccepted',
    at: minutesAfter(prospect.joinedAt, 3),
    by: 'system',
    causation: made.id,
    data: { prospect: prospect.id },
  });
  return { referrer, prospect, made };
}

/** What became of a referral once the prospect bought: it counts, unless a look at it shows that it does not. */
export function settleReferral(
  journal: Journal,
  { referrer, prospect, made }: Referral,
  first: Pick<Purchase, 'sale' | 'at' | 'lines'> | undefined,
): void {
  if (first === undefined) return;
  const dice = new Dice(`${made.id} settles ${prospect.id}`);
  const at = minutesAfter(first.at, dice.between(10, 600));
  if (dice.percent(7)) {
    journal.tell(referrer.id, {
      kind: 'referral.ReferralRejected',
      at,
      by: clerk(dice),
      causation: made.id,
      data: { prospect: prospect.id, reason: dice.pick(['window', 'known', 'cycle']) },
    });
    return;
  }
  const amountMinor = first.lines.reduce(
    (sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amountMinor,
    0,
  );
  journal.tell(referrer.id, {
    kind: 'referral.ReferralConverted',
    at,
    // The quarterly survey of new customers tells late whether they would have come anyway.
    arrives: dice.percent(20) ? daysAfter(at, dice.between(10, 80)) : at,
    by: 'system',
    causation: made.id,
    data: {
      prospect: prospect.id,
      sale: first.sale.id,
      counterfactual: dice.percent(65) ? 'wouldNotHaveCome' : 'wouldHaveCome',
      basis: 'survey of new customers',
      value: { amountMinor, currency: prospect.currency },
    },
  });
}

/** Referrals of people who never come. */
export function idleReferrals(journal: Journal, all: readonly Consumer[]): void {
  const dice = new Dice('idle referrals');
  for (const { id, joinedAt } of all.filter(({ temperament }) => temperament.talksPercent >= 25)) {
    if (!dice.percent(30)) continue;
    const at = daysAfter(joinedAt, dice.between(30, 400));
    journal.tell(id, {
      kind: 'referral.ReferralMade',
      at,
      ...inbound('internet'),
      data: { prospect: `n-${id}`, medium: 'link' },
    });
  }
}

/** Word of mouth between customers, besides referrals: told to a known person, well or badly. */
export function wordOfMouth(journal: Journal, all: readonly Consumer[]): void {
  const dice = new Dice('word of mouth');
  for (const [index, { id, joinedAt, temperament }] of all.entries()) {
    const heard = all[index + 1 + dice.below(40)];
    if (heard === undefined || !dice.percent(temperament.talksPercent)) continue;
    const at = daysAfter(joinedAt, dice.between(1, 120));
    journal.tell(id, {
      kind: 'referral.RecommendationMade',
      at,
      arrives: daysAfter(at, dice.between(0, 15)),
      ...inbound('inPerson'),
      data: {
        valence: temperament.warmth < 0 ? 'negative' : 'positive',
        reach: 1,
        to: heard.id,
        about: dice.pick(['the coffee', 'the service', 'the prices']),
      },
    });
  }
}

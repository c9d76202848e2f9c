import type { JsonObject } from '@rapport/kernel';
import { crackedTank } from './cracked-tank.story.js';
import { Dice } from './dice.js';
import { governance } from './governance.story.js';
import { inquiriesOf } from './inquiries.story.js';
import { Journal } from './journal.js';
import { duplicates, mistakesIn, partings } from './mistakes.story.js';
import { briefings, needsOf, offersTo } from './needs.story.js';
import { customerFirm } from './organisations.story.js';
import { outOfOrder } from './out-of-order.story.js';
import { distributorFirm, intermediaryFirm, introductionOf, supplierFirm } from './partners.story.js';
import { consumers, organisations, partners, type Consumer } from './people.js';
import { purchasesOf } from './purchases.story.js';
import { idleReferrals, refer, settleReferral, wordOfMouth } from './referrals.story.js';
import { sampleHighlights } from './sample-highlights.js';
import { subscriptionOf } from './subscriptions.story.js';
import { welcomeConsumer, welcomeOrganisation } from './welcome.story.js';

/**
 * Three years of an invented firm that roasts coffee and sells machines, as CloudEvents in the order in which they reached
 * the ledger: the same on every machine, ending on 2026-09-30.
 * @example for (const touchpoint of generateSample()) await ledger.record([touchpoint])
 */
export function generateSample(): Iterable<JsonObject> {
  const journal = new Journal();
  governance(journal);
  const people = consumers();
  for (const person of people) consumerLife(journal, person);
  const shown = people.find(({ id }) => id === sampleHighlights.complaint.party);
  if (shown !== undefined) crackedTank(journal, shown);
  idleReferrals(journal, people);
  wordOfMouth(journal, people);
  duplicates(journal, people);
  businesses(journal);
  outOfOrder(journal);
  return journal.inOrderOfArrival();
}

function consumerLife(journal: Journal, person: Consumer): void {
  const dice = new Dice(`${person.id} life`);
  const { temperament, referredBy } = person;
  welcomeConsumer(journal, person);
  const referral = referredBy === undefined ? undefined : refer(journal, referredBy, person);
  const purchases = purchasesOf(journal, person, referral?.made);
  if (referral !== undefined) settleReferral(journal, referral, purchases[0]);
  inquiriesOf(journal, person);
  offersTo(journal, { party: person, purchases, offersPerYear: temperament.buysPerYear > 5 ? 2 : 1 });
  if (dice.percent(30)) needsOf(journal, person, dice.between(1, 2));
  if (dice.percent(15)) briefings(journal, person, 1);
  if (dice.percent(temperament.buysPerYear * 4)) subscriptionOf(journal, person, 85 + temperament.warmth * 5);
  mistakesIn(journal, person, purchases);
  partings(journal, person);
}

function businesses(journal: Journal): void {
  const firms = organisations();
  const { suppliers, distributors, intermediaries } = partners();
  for (const firm of suppliers) {
    welcomeOrganisation(journal, firm, 'supplier');
    supplierFirm(journal, firm);
  }
  for (const firm of distributors) {
    welcomeOrganisation(journal, firm, 'distributor');
    distributorFirm(journal, firm);
  }
  const introduced = intermediaries.flatMap((firm, index) => {
    welcomeOrganisation(journal, firm, 'intermediary');
    return intermediaryFirm(
      journal,
      firm,
      firms.filter((_, number) => number > 24 && number % 17 === index),
    );
  });
  for (const firm of firms) {
    welcomeOrganisation(journal, firm, 'customer');
    const first = customerFirm(journal, firm, introductionOf(introduced, firm));
    const referral = introduced.find(({ prospect }) => prospect.id === firm.id);
    if (referral !== undefined) settleReferral(journal, referral, first);
  }
}

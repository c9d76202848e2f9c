import { afterSale } from './after-sale.story.js';
import { dayAt, daysAfter, during, LAST_DAY, seasonPercent } from './calendar.js';
import { complaintAfter } from './complaints.story.js';
import { Dice } from './dice.js';
import { pickMachine, pickSupply } from './goods.js';
import type { Journal, Told } from './journal.js';
import type { Consumer } from './people.js';
import { lineOf, tellSale, type Origin, type Purchase } from './sale.js';

/** A consumer buys, by its temperament and the season, until it goes quiet or a complaint drives it away. */
export function purchasesOf(
  journal: Journal,
  party: Consumer,
  referral: Told | undefined,
): readonly Purchase[] {
  const dice = new Dice(`${party.id} purchases`);
  const purchases: Purchase[] = [];
  let lastDay = dayAt(party.joinedAt) + (party.temperament.quietAfterDays ?? LAST_DAY);
  for (let day = dayAt(party.joinedAt) + 1; day <= Math.min(lastDay, LAST_DAY); day++) {
    const isFirst = purchases.length === 0;
    if (!buysOn(dice, party, day, isFirst)) continue;
    const origin: Origin = isFirst
      ? firstOrigin(referral)
      : { origin: dice.percent(9) ? 'campaign' : 'repeat' };
    const purchase = buy(journal, party, dice, day, origin);
    purchases.push(purchase);
    afterSale(journal, party, purchase);
    const complaint = complaintAfter(journal, party, purchase);
    if (complaint?.lost === true) lastDay = dayAt(complaint.endedAt);
  }
  return purchases;
}

/** Whether a sale falls on a day: at most one, so often that a year brings the expected number. */
function buysOn(dice: Dice, { temperament, joinedAt }: Consumer, day: number, isFirst: boolean): boolean {
  // Nearly everybody who registers buys something within days; otherwise they would hardly have registered.
  if (isFirst && day - dayAt(joinedAt) < 25) return dice.percent(10);
  const season = seasonPercent(day);
  if (temperament.name === 'festive') return season > 140 && dice.below(60) < temperament.buysPerYear;
  return dice.below(36_500) < temperament.buysPerYear * season;
}

const firstOrigin = (referral: Told | undefined): Origin =>
  referral === undefined ? { origin: 'organic' } : { origin: 'referral', from: referral };

function buy(journal: Journal, party: Consumer, dice: Dice, day: number, origin: Origin): Purchase {
  const product = dice.percent(origin.origin === 'repeat' ? 6 : 45) ? pickMachine(dice) : pickSupply(dice);
  const quantity = product.priceMinor > 20_000 ? 1 : dice.between(1, 4);
  const lines = [lineOf(product, quantity, party.currency)];
  const other = pickSupply(dice);
  if (dice.percent(40) && other.sku !== product.sku) lines.push(lineOf(other, 1, party.currency));
  const at = during(dice, day);
  // Stalls at fairs send their sales at the end of the week.
  const atFair = dice.percent(4);
  const arrives = atFair ? daysAfter(at, dice.between(2, 9)) : at;
  const sale = tellSale(journal, party.id, {
    at,
    arrives,
    origin,
    lines,
    channel: atFair ? 'inPerson' : shopChannel(party),
  });
  return { sale, at, product, quantity, lines };
}

const shopChannel = ({ channel }: Consumer): 'mobile' | 'internet' =>
  channel === 'mobile' ? 'mobile' : 'internet';

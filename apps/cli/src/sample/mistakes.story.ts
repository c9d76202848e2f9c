import { timeText } from '@rapport/kernel';
import { dayTextAt, daysAfter, hoursAfter, minutesAfter, type Instant } from './calendar.js';
import { clerk, inbound } from './contact.js';
import { Dice } from './dice.js';
import { pickSupply } from './goods.js';
import type { Journal } from './journal.js';
import type { Consumer } from './people.js';
import { lineOf, tellSale, type Purchase } from './sale.js';

/** What was entered wrongly and put right: quantities, days, sales entered twice. */
export function mistakesIn(
  journal: Journal,
  { id, currency }: Consumer,
  purchases: readonly Purchase[],
): void {
  const dice = new Dice(`${id} mistakes`);
  for (const { sale, at, lines, product, quantity } of purchases) {
    const noticedAt = daysAfter(at, dice.between(10, 40));
    const kind = dice.below(200);
    if (kind < 3) {
      const corrected = [lineOf(product, quantity + 1, currency), ...lines.slice(1)];
      journal.tell(id, {
        kind: 'governance.TouchpointCorrected',
        at: noticedAt,
        by: clerk(dice),
        corrects: sale,
        data: { data: { ...sale.data, lines: corrected }, reason: 'quantity mistyped' },
      });
    } else if (kind < 5) {
      const really = timeText(hoursAfter(at, -dice.between(20, 50)));
      journal.tell(id, {
        kind: 'governance.TouchpointCorrected',
        at: noticedAt,
        by: clerk(dice),
        corrects: sale,
        data: { data: sale.data, time: really, reason: 'entered on the wrong day' },
      });
    } else if (kind < 7) {
      const twice = tellSale(journal, id, {
        at: minutesAfter(at, 1),
        channel: 'internet',
        origin: { origin: 'repeat' },
        lines,
      });
      journal.tell(id, {
        kind: 'governance.TouchpointVoided',
        at: noticedAt,
        by: clerk(dice),
        corrects: twice,
        data: { reason: 'entered twice' },
      });
    }
  }
}

/** One person under two ids: found out and merged; one pair turns out to be two people after all. */
export function duplicates(journal: Journal, all: readonly Consumer[]): void {
  const twins = all.filter((_, index) => index % 45 === 22);
  for (const [index, party] of twins.entries()) {
    const dice = new Dice(`${party.id} twin`);
    const twin = `${party.id}-b`;
    const at = daysAfter(party.joinedAt, dice.between(20, 120));
    appear(journal, party, twin, at, dice);
    const mergedAt = daysAfter(at, dice.between(30, 90));
    journal.tell(party.id, {
      kind: 'party.PartiesMerged',
      at: mergedAt,
      by: clerk(dice),
      data: { absorbed: twin, basis: index === 0 ? 'same address' : 'same e-mail address' },
    });
    if (index === 0)
      journal.tell(party.id, {
        kind: 'party.PartiesUnmerged',
        at: daysAfter(mergedAt, 21),
        by: clerk(dice),
        data: { absorbed: twin, basis: 'two people at one address' },
      });
  }
}

function appear(journal: Journal, party: Consumer, twin: string, at: Instant, dice: Dice): void {
  journal.tell(twin, {
    kind: 'party.PartyRegistered',
    at,
    by: 'system',
    data: { kind: 'person', country: party.country },
  });
  journal.tell(twin, {
    kind: 'party.PartyIdentified',
    at,
    by: 'system',
    data: { idType: 'name', value: party.name },
  });
  journal.tell(twin, {
    kind: 'relationship.RelationshipOpened',
    at: minutesAfter(at, 1),
    ...inbound('mobile'),
    data: { role: 'customer', mode: 'b2c' },
  });
  for (let sale = 0; sale < dice.between(1, 4); sale++) {
    tellSale(journal, twin, {
      at: daysAfter(at, 1 + sale * dice.between(5, 40)),
      channel: 'mobile',
      origin: { origin: sale === 0 ? 'organic' : 'repeat' },
      lines: [lineOf(pickSupply(dice), 1, party.currency)],
    });
  }
}

/** Some leave and some of those come back; a few ask to be forgotten. */
export function partings(journal: Journal, { id, joinedAt, temperament, currency }: Consumer): void {
  const dice = new Dice(`${id} partings`);
  if (temperament.quietAfterDays === undefined) return;
  const quietAt = daysAfter(joinedAt, temperament.quietAfterDays + dice.between(60, 150));
  const fate = dice.below(100);
  if (fate < 18)
    journal.tell(id, {
      kind: 'relationship.RelationshipClosed',
      at: quietAt,
      ...inbound('email'),
      data: { reason: dice.pick(['moved abroad', 'drinks tea now', 'bought elsewhere']) },
    });
  if (fate >= 8 && fate < 26) {
    const backAt = daysAfter(quietAt, dice.between(60, 200));
    journal.tell(id, {
      kind: 'relationship.RelationshipRevived',
      at: backAt,
      ...inbound('internet'),
      data: { reason: dice.pick(['new roast', 'invitation', 'moved back']) },
    });
    for (let sale = 0; sale < 3; sale++) {
      tellSale(journal, id, {
        at: daysAfter(backAt, 1 + sale * dice.between(20, 60)),
        channel: 'internet',
        origin: { origin: sale === 0 ? 'campaign' : 'repeat' },
        lines: [lineOf(pickSupply(dice), 2, currency)],
      });
    }
  }
  if (fate >= 4 && fate < 8) {
    const reference = `case ${dayTextAt(quietAt).slice(0, 4)}-${dice.between(10, 99)}`;
    journal.tell(id, { kind: 'party.LegalHoldPlaced', at: quietAt, by: clerk(dice), data: { reference } });
    journal.tell(id, {
      kind: 'party.LegalHoldReleased',
      at: daysAfter(quietAt, dice.between(60, 120)),
      by: clerk(dice),
      data: { reference },
    });
  }
  if (fate < 4) {
    const erasedAt = daysAfter(quietAt, 30);
    journal.tell(id, {
      kind: 'party.PersonalDataErased',
      at: erasedAt,
      by: clerk(dice),
      data: { basis: 'request of the party', requestedOn: dayTextAt(daysAfter(erasedAt, -3)) },
    });
  }
}

import { daysAfter, hoursAfter, minutesAfter } from './calendar.js';
import { clerk, inbound, outbound } from './contact.js';
import { Dice } from './dice.js';
import type { Journal } from './journal.js';
import { mailOf } from './names.js';
import type { Consumer, Organisation, SampleParty } from './people.js';
import { PHRASES } from './texts/phrases.js';

const HABITS = [
  'buys after work',
  'reads every newsletter',
  'compares prices',
  'asks before buying',
] as const;

/** A consumer becomes known: who it is, how to reach it, what it agreed to. */
export function welcomeConsumer(journal: Journal, party: Consumer): void {
  const dice = new Dice(`${party.id} welcome`);
  const { id, joinedAt } = party;
  journal.tell(id, {
    kind: 'party.PartyRegistered',
    at: joinedAt,
    by: 'system',
    data: { kind: 'person', country: party.country },
  });
  identify(journal, party);
  journal.tell(id, {
    kind: 'relationship.RelationshipOpened',
    at: minutesAfter(joinedAt, 2),
    ...inbound(party.channel),
    data: {
      role: party.referredBy === undefined ? 'customer' : 'prospect',
      mode: 'b2c',
      offeringComplexity: 'low',
      priceSensitivity: dice.pick(['low', 'medium', 'high']),
    },
  });
  consent(journal, party, dice);
  if (party.referredBy !== undefined)
    journal.tell(id, {
      kind: 'relationship.RoleAdded',
      at: daysAfter(joinedAt, 5),
      by: 'system',
      data: { role: 'customer' },
    });
  if (dice.percent(45)) observe(journal, party, dice);
  if (dice.percent(35)) prefer(journal, party, dice, 20);
  if (party.temperament.talksPercent >= 60 && dice.percent(20)) {
    journal.tell(id, {
      kind: 'relationship.RoleAdded',
      at: daysAfter(joinedAt, 300),
      by: clerk(dice),
      data: { role: 'influencer' },
    });
  }
}

/** A firm becomes known, with the people in it. */
export function welcomeOrganisation(journal: Journal, firm: Organisation, role: string): void {
  const dice = new Dice(`${firm.id} welcome`);
  const { id, joinedAt } = firm;
  const by = clerk(dice);
  journal.tell(id, {
    kind: 'party.PartyRegistered',
    at: joinedAt,
    by,
    data: { kind: 'organisation', sector: firm.sector, country: firm.country },
  });
  journal.tell(id, {
    kind: 'party.PartyIdentified',
    at: joinedAt,
    by,
    data: { idType: 'name', value: firm.name },
  });
  journal.tell(id, {
    kind: 'relationship.RelationshipOpened',
    at: minutesAfter(joinedAt, 20),
    ...outbound('inPerson', by),
    data: {
      role,
      mode: 'b2b',
      offeringComplexity: dice.pick(['medium', 'high']),
      priceSensitivity: dice.pick(['low', 'medium', 'high']),
      effortMinutes: 60,
    },
  });
  for (const person of firm.people) {
    const at = person.joinedAt;
    journal.tell(person.id, {
      kind: 'party.PartyRegistered',
      at,
      by,
      data: { kind: 'person', sector: firm.sector, country: person.country, partOf: id },
    });
    identify(journal, person);
    journal.tell(person.id, {
      kind: 'relationship.RelationshipOpened',
      at: minutesAfter(at, 5),
      ...outbound(person.channel, by),
      data: { role: 'associate', mode: 'b2b' },
    });
    if (dice.percent(60)) prefer(journal, person, dice, 40);
  }
}

function identify(journal: Journal, { id, name, joinedAt }: SampleParty): void {
  journal.tell(id, {
    kind: 'party.PartyIdentified',
    at: joinedAt,
    by: 'system',
    data: { idType: 'name', value: name },
  });
  journal.tell(id, {
    kind: 'party.PartyIdentified',
    at: minutesAfter(joinedAt, 1),
    by: 'system',
    data: { idType: 'email', value: mailOf(name) },
  });
}

function consent(journal: Journal, { id, joinedAt }: SampleParty, dice: Dice): void {
  if (!dice.percent(70)) return;
  const grantedAt = minutesAfter(joinedAt, 4);
  journal.tell(id, {
    kind: 'party.ConsentGranted',
    at: grantedAt,
    ...inbound('internet'),
    data: { purpose: 'newsletter', basis: 'sign-up form' },
  });
  if (dice.percent(14)) {
    journal.tell(id, {
      kind: 'party.ConsentWithdrawn',
      at: daysAfter(grantedAt, dice.between(40, 700)),
      ...inbound('email'),
      data: { purpose: 'newsletter', basis: 'unsubscribe link' },
    });
  }
}

function observe(journal: Journal, { id, joinedAt }: SampleParty, dice: Dice): void {
  const sociodemographic = dice.percent(50);
  const data = sociodemographic
    ? { name: 'householdSize', value: String(dice.between(1, 6)), provenance: 'sociodemographic' }
    : { name: 'habit', value: dice.pick(HABITS), provenance: 'behavioural' };
  // Observations come from a weekly survey of the market, so the ledger learns them late.
  const at = daysAfter(joinedAt, dice.between(10, 200));
  journal.tell(id, {
    kind: 'party.AttributeObserved',
    at,
    arrives: daysAfter(at, dice.between(0, 7)),
    by: 'system',
    data,
  });
}

function prefer(
  journal: Journal,
  { id, joinedAt, channel, language }: SampleParty,
  dice: Dice,
  withinDays: number,
): void {
  const at = hoursAfter(joinedAt, dice.between(2, withinDays * 24));
  const about = dice.pick(['roast', 'contact', 'delivery']);
  journal.tell(id, {
    kind: 'need.PreferenceExpressed',
    at,
    ...inbound(channel),
    data: { about, value: PHRASES[language].wishes[about] },
  });
}

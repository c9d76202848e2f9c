import { daysAfter, hoursAfter, minutesAfter, type Instant } from './calendar.js';
import { clerk, inbound, outbound } from './contact.js';
import { Dice } from './dice.js';
import { moneyIn } from './goods.js';
import type { Actor, Journal } from './journal.js';
import type { Consumer } from './people.js';
import type { Purchase } from './sale.js';
import { PHRASES } from './texts/phrases.js';

/** What goes wrong, why, and what makes up for it. */
const GRIEVANCES = [
  { category: 'delivery', cause: 'carrier', remedy: 'refund of the delivery fee' },
  { category: 'defect', cause: 'seal of the tank', remedy: 'repair free of charge' },
  { category: 'billing', cause: 'double booking', remedy: 'credit note' },
  { category: 'taste', cause: 'roasted too long', remedy: 'a kilo of the house blend' },
] as const;

/** How a complaint ended. */
export interface ComplaintEnd {
  readonly endedAt: Instant;
  /** Whether the customer was lost over it. */
  readonly lost: boolean;
}

/** A complaint while it is told. */
interface Case {
  readonly journal: Journal;
  readonly party: Consumer;
  readonly dice: Dice;
  readonly episode: string;
  readonly by: Actor;
  readonly grievance: (typeof GRIEVANCES)[number];
}

/** Now and then a purchase ends in a complaint: by the stages of ISO 10002, to a good end or a bad one. */
export function complaintAfter(
  journal: Journal,
  party: Consumer,
  { sale, at }: Purchase,
): ComplaintEnd | undefined {
  const dice = new Dice(`${sale.id} complaint`);
  if (!dice.percent(party.temperament.complainsPercent)) return undefined;
  const receivedAt = daysAfter(at, dice.between(1, 14));
  const told: Case = {
    journal,
    party,
    dice,
    episode: `complaint-${party.id}-${sale.id.split('-').at(-1) ?? ''}`,
    by: clerk(dice),
    grievance: dice.pick(GRIEVANCES),
  };
  receive(told, receivedAt, sale.id);
  const examinedAt = examine(told, receivedAt);
  const endings = dice.below(100);
  if (endings < 62) return endWell(told, examinedAt);
  if (endings < 82) return endFlat(told, examinedAt);
  return endBadly(told, examinedAt);
}

function receive(
  { journal, party, dice, episode, grievance: { category } }: Case,
  at: Instant,
  sale: string,
): void {
  const severity = dice.pick(['minor', 'minor', 'minor', 'major', 'major', 'critical']);
  const channel = dice.pick(['callCentre', 'email', 'internet', 'social', 'directMail']);
  // Letters are opened, read and entered days after they were written.
  const arrives = channel === 'directMail' ? daysAfter(at, dice.between(2, 5)) : at;
  journal.tell(party.id, {
    kind: 'complaint.ComplaintReceived',
    at,
    arrives,
    ...inbound(channel),
    episode,
    causation: sale,
    correlation: sale,
    data: {
      category,
      severity,
      text: PHRASES[party.language].complaints[category],
      sentiment: severity === 'minor' ? -1 : -2,
    },
  });
}

/** Acknowledged, assessed, investigated; gives the moment when the causes were known. */
function examine(
  { journal, party, dice, episode, by, grievance: { cause } }: Case,
  receivedAt: Instant,
): Instant {
  const tell = (kind: string, at: Instant, data: object, more: object = {}): void =>
    void journal.tell(party.id, { kind: `complaint.${kind}`, at, episode, by, ...more, data: { ...data } });
  const acknowledgedAt = hoursAfter(daysAfter(receivedAt, 5), dice.between(1, 30));
  tell('ComplaintAcknowledged', acknowledgedAt, {}, outbound('email', by));
  if (dice.percent(70))
    tell('ComplaintAssessed', hoursAfter(acknowledgedAt, dice.between(1, 8)), {
      severity: dice.pick(['minor', 'major']),
      urgent: dice.percent(20),
    });
  const examinedAt = daysAfter(acknowledgedAt, dice.between(1, 6));
  tell('ComplaintInvestigated', examinedAt, {
    cause,
    justified: dice.percent(80),
    effortMinutes: dice.between(15, 180),
  });
  return examinedAt;
}

function offerRemedy(
  { journal, party, dice, episode, by, grievance }: Case,
  at: Instant,
): { readonly remedy: string; readonly cost: ReturnType<typeof moneyIn> } {
  const remedy = { remedy: grievance.remedy, cost: moneyIn(party.currency, dice.between(5, 120) * 100) };
  journal.tell(party.id, {
    kind: 'complaint.RemedyOffered',
    at,
    ...outbound('callCentre', by),
    episode,
    data: remedy,
  });
  return remedy;
}

/** Remedied and satisfied; those who were helped well like to say so. */
function endWell(told: Case, examinedAt: Instant): ComplaintEnd {
  const { journal, party, dice, episode, by } = told;
  const remedy = offerRemedy(told, hoursAfter(examinedAt, dice.between(1, 20)));
  const acceptedAt = hoursAfter(examinedAt, dice.between(22, 70));
  journal.tell(party.id, {
    kind: 'complaint.RemedyAccepted',
    at: acceptedAt,
    ...inbound('callCentre'),
    episode,
    data: remedy,
  });
  journal.tell(party.id, {
    kind: 'complaint.ComplaintResponded',
    at: hoursAfter(acceptedAt, 2),
    ...outbound('email', by),
    episode,
    data: { text: PHRASES[party.language].apology },
  });
  const endedAt = daysAfter(acceptedAt, dice.between(2, 8));
  const closed = journal.tell(party.id, {
    kind: 'complaint.ComplaintClosed',
    at: endedAt,
    by,
    episode,
    data: { satisfied: true, sentiment: dice.between(1, 2) },
  });
  if (dice.percent(35)) {
    journal.tell(party.id, {
      kind: 'referral.RecommendationMade',
      at: daysAfter(endedAt, dice.between(3, 30)),
      ...inbound('social'),
      causation: closed.id,
      data: { valence: 'positive', reach: dice.between(10, 400), about: 'how a complaint was handled' },
    });
  }
  return { endedAt, lost: false };
}

/** Answered and closed, without much joy. */
function endFlat({ journal, party, dice, episode, by }: Case, examinedAt: Instant): ComplaintEnd {
  const endedAt = daysAfter(examinedAt, dice.between(3, 12));
  journal.tell(party.id, {
    kind: 'complaint.ComplaintResponded',
    at: hoursAfter(examinedAt, 5),
    ...outbound('email', by),
    episode,
    data: { text: PHRASES[party.language].apology },
  });
  journal.tell(party.id, {
    kind: 'complaint.ComplaintClosed',
    at: endedAt,
    by,
    episode,
    data: { satisfied: dice.percent(40) },
  });
  return { endedAt, lost: false };
}

/** Disputed and, more often than not, lost. */
function endBadly(told: Case, examinedAt: Instant): ComplaintEnd {
  const { journal, party, dice, episode, by } = told;
  if (dice.percent(50)) offerRemedy(told, hoursAfter(examinedAt, 6));
  const closedAt = daysAfter(examinedAt, dice.between(2, 6));
  journal.tell(party.id, {
    kind: 'complaint.ComplaintClosed',
    at: closedAt,
    by,
    episode,
    data: { satisfied: false, sentiment: -1 },
  });
  const disputedAt = daysAfter(closedAt, dice.between(1, 10));
  journal.tell(party.id, {
    kind: 'complaint.ComplaintDisputed',
    at: disputedAt,
    ...inbound('directMail'),
    episode,
    data: { reason: dice.pick(['remedy too small', 'nobody called back', 'cause denied']), sentiment: -2 },
  });
  const endedAt = daysAfter(disputedAt, dice.between(5, 20));
  const closed = journal.tell(party.id, {
    kind: 'complaint.ComplaintClosed',
    at: endedAt,
    by,
    episode,
    data: { satisfied: false },
  });
  const lost = dice.percent(65);
  if (lost) {
    journal.tell(party.id, {
      kind: 'relationship.RelationshipClosed',
      at: minutesAfter(endedAt, 30),
      ...inbound('email'),
      causation: closed.id,
      data: { reason: 'disputed complaint', sentiment: -2 },
    });
    journal.tell(party.id, {
      kind: 'referral.RecommendationMade',
      at: daysAfter(endedAt, dice.between(1, 9)),
      ...inbound('social'),
      data: { valence: 'negative', reach: dice.between(20, 2_000), about: 'how a complaint was handled' },
    });
  }
  return { endedAt, lost };
}

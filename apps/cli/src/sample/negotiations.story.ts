import { dayAt, dayTextAt, daysAfter, during, hasCome, type Instant } from './calendar.js';
import { clerk, inbound, outbound } from './contact.js';
import { Dice } from './dice.js';
import { moneyIn } from './goods.js';
import type { Actor, Journal, Told } from './journal.js';
import type { SampleParty } from './people.js';

const TERM_DAYS = 365;
/** Hours (UTC) in which people of firms write to each other and meet. */
const OFFICE = { from: 8, to: 17 } as const;

/** A clause with what each side asks for, from the first word to the last. */
interface Clause {
  readonly clause: string;
  readonly moves: readonly [string, ...string[]];
}

const CLAUSES = [
  { clause: 'price', moves: ['list price', '6% discount', '3% discount'] },
  { clause: 'payment', moves: ['14 days', '60 days', '30 days'] },
  { clause: 'term', moves: ['three years', 'one year'] },
  { clause: 'response time', moves: ['two working days', 'four hours', 'next working day'] },
  { clause: 'exclusivity', moves: ['sole supplier', 'no exclusivity'] },
  { clause: 'delivery', moves: ['weekly', 'twice a week', 'weekly, and by call'] },
] as const satisfies readonly Clause[];

/** What a negotiation is about and how it shall end. */
export interface NegotiationPlan {
  readonly number: number;
  readonly openedAt: Instant;
  readonly topic: string;
  readonly ending: 'signed' | 'abandoned' | 'open';
  /** Euro cents. */
  readonly worthMinor: number;
}

/** How a negotiation went. */
export interface Negotiated {
  readonly episode: string;
  readonly signed: Told | undefined;
  readonly signedAt: Instant;
}

/** Clause by clause, proposed and countered over rounds until the sides sign or give up. */
export function negotiate(journal: Journal, party: SampleParty, plan: NegotiationPlan): Negotiated {
  const dice = new Dice(`${party.id} negotiation ${plan.number}`);
  const episode = `negotiation-${party.id}-${plan.number}`;
  const by = clerk(dice);
  const openedAt = during(dice, dayAt(plan.openedAt) + 1, OFFICE);
  journal.tell(party.id, {
    kind: 'negotiation.NegotiationOpened',
    at: openedAt,
    ...outbound('inPerson', by),
    episode,
    data: { topic: plan.topic, effortMinutes: 60 },
  });
  const clauses: readonly Clause[] = CLAUSES.slice(dice.below(2), 3 + dice.below(4));
  let day = dayAt(openedAt);
  const terms = clauses.map((clause) => {
    day += dice.between(1, 5);
    const value = settleClause(journal, party, {
      clause,
      day,
      episode,
      by,
      dice,
      agrees: plan.ending === 'signed',
    });
    return { clause: clause.clause, value };
  });
  const endedAt = during(dice, day + dice.between(9, 20), OFFICE);
  if (plan.ending === 'abandoned') {
    journal.tell(party.id, {
      kind: 'negotiation.NegotiationAbandoned',
      at: endedAt,
      ...inbound('email'),
      episode,
      data: { reason: dice.pick(['no agreement on price', 'budget cut', 'chose another supplier']) },
    });
  }
  if (plan.ending !== 'signed') return { episode, signed: undefined, signedAt: endedAt };
  const signed = journal.tell(party.id, {
    kind: 'negotiation.ContractSigned',
    at: endedAt,
    channel: 'inPerson',
    by,
    episode,
    data: {
      terms,
      validFrom: dayTextAt(daysAfter(endedAt, 5)),
      validTo: dayTextAt(daysAfter(endedAt, 5 + TERM_DAYS)),
      value: moneyIn(party.currency, plan.worthMinor),
      sentiment: 1,
    },
  });
  return { episode, signed, signedAt: endedAt };
}

/** One clause: proposed by one side, countered in turn, at the end accepted or refused. Gives the last word. */
function settleClause(
  journal: Journal,
  { id }: SampleParty,
  {
    clause: { clause, moves },
    day,
    episode,
    by,
    dice,
    agrees,
  }: {
    readonly clause: Clause;
    /** The day before the first move. */
    readonly day: number;
    readonly episode: string;
    readonly by: Actor;
    readonly dice: Dice;
    readonly agrees: boolean;
  },
): string {
  const theirs = inbound('email');
  const ours = outbound('email', by);
  const rounds = dice.between(1, moves.length);
  let value: string = moves[0];
  for (let round = 1; round <= rounds; round++) {
    value = moves[round - 1] ?? value;
    const kind = round === 1 ? 'negotiation.TermProposed' : 'negotiation.TermCountered';
    journal.tell(id, {
      kind,
      at: during(dice, day + round, OFFICE),
      ...(round % 2 === 1 ? ours : theirs),
      episode,
      data: { clause, value, round, effortMinutes: dice.between(10, 50) },
    });
  }
  const accepts = agrees || dice.percent(40);
  // Minutes of a meeting are typed in days later, before the contract is drawn up.
  const endedAt = during(dice, day + rounds + 1, OFFICE);
  const arrives = dice.percent(10) ? daysAfter(endedAt, dice.between(1, 4)) : endedAt;
  journal.tell(id, {
    kind: accepts ? 'negotiation.TermAccepted' : 'negotiation.TermRejected',
    at: endedAt,
    arrives,
    ...(rounds % 2 === 1 ? theirs : ours),
    episode,
    data: { clause, value, round: rounds },
  });
  return value;
}

/** A signed contract over the years: amended, renewed, terminated. Gives the end, if there is one within the three years. */
export function contractLife(
  journal: Journal,
  { id }: SampleParty,
  { episode, signed, signedAt }: Negotiated,
  keepPercent: number,
): Instant | undefined {
  if (signed === undefined) return undefined;
  const dice = new Dice(`${episode} contract`);
  const by = clerk(dice);
  if (dice.percent(45)) {
    journal.tell(id, {
      kind: 'negotiation.ContractAmended',
      at: daysAfter(signedAt, dice.between(60, 250)),
      channel: 'inPerson',
      by,
      episode,
      causation: signed.id,
      data: {
        terms: [{ clause: 'delivery', value: dice.pick(['twice a week', 'two sites', 'decaf included']) }],
      },
    });
  }
  for (let ends = daysAfter(signedAt, TERM_DAYS); hasCome(ends); ends = daysAfter(ends, TERM_DAYS)) {
    if (!dice.percent(keepPercent)) {
      const at = daysAfter(ends, -dice.between(20, 80));
      journal.tell(id, {
        kind: 'negotiation.ContractTerminated',
        at,
        ...inbound('directMail'),
        episode,
        causation: signed.id,
        data: {
          reason: dice.pick(['change of supplier', 'site closed', 'prices too high', 'slow service']),
          endsOn: dayTextAt(daysAfter(ends, 5)),
        },
      });
      return ends;
    }
    journal.tell(id, {
      kind: 'negotiation.ContractRenewed',
      at: daysAfter(ends, -dice.between(5, 40)),
      channel: 'video',
      by,
      episode,
      causation: signed.id,
      data: { validFrom: dayTextAt(daysAfter(ends, 6)), validTo: dayTextAt(daysAfter(ends, 5 + TERM_DAYS)) },
    });
  }
  return undefined;
}

import { dayAt, daysAfter, hoursAfter, LAST_DAY, type Instant } from './calendar.js';
import { clerk, inbound, outbound } from './contact.js';
import { Dice } from './dice.js';
import { MACHINES, pickMachine } from './goods.js';
import type { Journal, Told } from './journal.js';
import type { Consumer, SampleParty } from './people.js';
import { lineOf, tellSale } from './sale.js';
import { PHRASES } from './texts/phrases.js';

/** What came of an inquiry. */
export interface Inquiry {
  readonly asked: Told;
  readonly endedAt: Instant;
  readonly fits: boolean;
}

/** A question, its answer, at times advice, and whether what was advised fits. */
export function inquiry(
  journal: Journal,
  { id, language, channel }: SampleParty,
  { number, at, topic }: { readonly number: number; readonly at: Instant; readonly topic?: string },
): Inquiry {
  const dice = new Dice(`${id} inquiry ${number}`);
  const episode = `inquiry-${id}-${number}`;
  const exchange = dice.pick(PHRASES[language].inquiries);
  const machine = pickMachine(dice);
  const by = clerk(dice);
  const asked = journal.tell(id, {
    kind: 'inquiry.InquiryReceived',
    at,
    ...inbound(channel),
    episode,
    data: { topic: topic ?? exchange.topic, offering: machine.name, text: exchange.question },
  });
  // A few questions are never answered.
  if (dice.percent(5)) return { asked, endedAt: at, fits: false };
  const answeredAt = hoursAfter(at, dice.between(1, 60));
  journal.tell(id, {
    kind: 'inquiry.InquiryAnswered',
    at: answeredAt,
    ...outbound('email', by),
    episode,
    causation: asked.id,
    data: { text: exchange.answer, effortMinutes: dice.between(3, 25) },
  });
  if (dice.percent(45)) return { asked, endedAt: answeredAt, fits: dice.percent(30) };
  const advisedAt = hoursAfter(answeredAt, dice.between(2, 70));
  journal.tell(id, {
    kind: 'inquiry.AdviceGiven',
    at: advisedAt,
    ...outbound(dice.pick(['video', 'inPerson', 'callCentre']), by),
    episode,
    data: {
      alternatives: MACHINES.map(({ name }) => name),
      chosen: machine.name,
      reason: dice.pick(['fits the cupboard', 'enough for the number of cups', 'quiet', 'cheap to run']),
      effortMinutes: dice.between(10, 45),
    },
  });
  const endedAt = daysAfter(advisedAt, dice.between(1, 9));
  const fits = dice.percent(68);
  journal.tell(id, {
    kind: 'inquiry.FitConfirmed',
    at: endedAt,
    ...inbound(channel),
    episode,
    data: { fits, offering: machine.name, ...(fits ? {} : { reason: 'too large for the kitchen' }) },
  });
  return { asked, endedAt, fits };
}

/** What a consumer asks over the years; what fits is bought. */
export function inquiriesOf(journal: Journal, party: Consumer): void {
  const dice = new Dice(`${party.id} inquiries`);
  const days = LAST_DAY - dayAt(party.joinedAt);
  for (let number = 1; number <= dice.between(0, 3); number++) {
    const { asked, endedAt, fits } = inquiry(journal, party, {
      number,
      at: daysAfter(party.joinedAt, dice.below(days + 1)),
    });
    if (!fits || !dice.percent(60)) continue;
    tellSale(journal, party.id, {
      at: daysAfter(endedAt, dice.between(1, 14)),
      channel: 'internet',
      origin: { origin: 'organic', from: asked },
      lines: [lineOf(pickMachine(dice), 1, party.currency)],
    });
  }
}

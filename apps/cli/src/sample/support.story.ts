import { daysAfter, hoursAfter, minutesAfter, type Instant } from './calendar.js';
import { clerk, inbound, outbound } from './contact.js';
import { Dice } from './dice.js';
import type { Journal, Told } from './journal.js';
import type { SampleParty } from './people.js';
import { PHRASES } from './texts/phrases.js';

const RESOLUTIONS = [
  'explained by phone',
  'part sent',
  'machine exchanged',
  'settings changed',
  'repaired in the workshop',
] as const;

/** Somebody needs help with what was bought: asked, answered, solved, at times not for long. */
export function supportCase(
  journal: Journal,
  { id, language }: SampleParty,
  { after, at, sla = 'standard' }: { readonly after: Told; readonly at: Instant; readonly sla?: string },
): void {
  const dice = new Dice(`${after.id} support`);
  const episode = `ticket-${after.id}`;
  const channel = dice.pick(['callCentre', 'email', 'mobile', 'video']);
  const by = clerk(dice);
  const { topic, question, answer } = dice.pick(PHRASES[language].help);
  journal.tell(id, {
    kind: 'support.SupportRequested',
    at,
    ...inbound(channel),
    episode,
    causation: after.id,
    data: { topic, slaId: sla, text: question, sentiment: -dice.below(2) },
  });
  const firstAt = minutesAfter(at, channel === 'callCentre' ? dice.between(1, 15) : dice.between(10, 900));
  journal.tell(id, {
    kind: 'support.SupportFirstResponded',
    at: firstAt,
    ...outbound(channel, by),
    episode,
    data: { text: answer, effortMinutes: dice.between(3, 15) },
  });
  if (dice.percent(4)) return;
  const solvedAt = hoursAfter(firstAt, dice.between(1, 90));
  journal.tell(id, {
    kind: 'support.SupportResolved',
    at: solvedAt,
    ...outbound(channel, by),
    episode,
    data: { resolution: dice.pick(RESOLUTIONS), effortMinutes: dice.between(5, 60) },
  });
  if (!dice.percent(9)) return;
  const againAt = daysAfter(solvedAt, dice.between(2, 12));
  journal.tell(id, {
    kind: 'support.SupportReopened',
    at: againAt,
    ...inbound(channel),
    episode,
    data: { reason: `${topic}: the same again`, sentiment: -1 },
  });
  journal.tell(id, {
    kind: 'support.SupportResolved',
    at: daysAfter(againAt, dice.between(1, 4)),
    ...outbound(channel, clerk(dice)),
    episode,
    data: { resolution: dice.pick(RESOLUTIONS), effortMinutes: dice.between(20, 120) },
  });
}

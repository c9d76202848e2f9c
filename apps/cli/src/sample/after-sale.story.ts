import { daysAfter, hoursAfter, type Instant } from './calendar.js';
import { inbound, outbound } from './contact.js';
import { Dice } from './dice.js';
import type { Journal, Told } from './journal.js';
import type { Consumer, SampleParty } from './people.js';
import type { Purchase } from './sale.js';
import { supportCase } from './support.story.js';
import { PHRASES } from './texts/phrases.js';

/** What follows a sale: a survey, a return, a question about how it works, a word of praise. */
export function afterSale(journal: Journal, party: Consumer, purchase: Purchase): void {
  const { sale, at, lines } = purchase;
  const dice = new Dice(`${sale.id} after`);
  const { temperament, id } = party;
  if (dice.percent(30))
    survey(journal, party, {
      after: sale,
      at: daysAfter(at, dice.between(3, 9)),
      warmth: temperament.warmth,
    });
  if (dice.percent(4)) {
    const reason = dice.pick([
      'not needed',
      'wrong size',
      'arrived damaged',
      'tastes different than expected',
    ]);
    journal.tell(id, {
      kind: 'sale.SaleReturned',
      at: daysAfter(at, dice.between(4, 25)),
      ...inbound('internet'),
      causation: sale.id,
      data: { lines: lines.slice(0, 1), reason, sale: sale.id },
    });
  }
  if (dice.percent(9)) supportCase(journal, party, { after: sale, at: daysAfter(at, dice.between(2, 90)) });
  if (dice.percent(Math.floor(temperament.talksPercent / 8)))
    speak(journal, party, dice, daysAfter(at, dice.between(5, 40)));
}

const SCALES = [
  { instrument: 'nps', scaleMin: 0, scaleMax: 10 },
  { instrument: 'csat', scaleMin: 1, scaleMax: 5 },
  { instrument: 'ces', scaleMin: 1, scaleMax: 7 },
] as const;

/** A survey is sent; two in five answer, the odd one weeks later on paper. */
export function survey(
  journal: Journal,
  { id, language }: SampleParty,
  { after, at, warmth }: { readonly after: Told; readonly at: Instant; readonly warmth: number },
): void {
  const dice = new Dice(`${after.id} survey`);
  const { instrument, scaleMin, scaleMax } = dice.percent(60) ? SCALES[0] : dice.pick(SCALES);
  const episode = `survey-${after.id}`;
  const sent = journal.tell(id, {
    kind: 'survey.SurveySent',
    at,
    ...outbound('email', 'system'),
    episode,
    causation: after.id,
    data: { instrument, afterEvent: after.id },
  });
  if (!dice.percent(42)) return;
  const ofTen = Math.min(10, Math.max(0, 7 + warmth + dice.between(-3, 3)));
  const score = scaleMin + Math.floor((ofTen * (scaleMax - scaleMin)) / 10);
  const answeredAt = hoursAfter(at, dice.between(1, 120));
  const arrives = dice.percent(8) ? daysAfter(answeredAt, dice.between(5, 30)) : answeredAt;
  const verbatim = dice.percent(50)
    ? { verbatim: dice.pick(PHRASES[language][ofTen >= 7 ? 'praise' : 'grumble']) }
    : {};
  journal.tell(id, {
    kind: 'survey.SurveyAnswered',
    at: answeredAt,
    arrives,
    ...inbound('internet'),
    episode,
    causation: sent.id,
    data: {
      instrument,
      score,
      scaleMin,
      scaleMax,
      ...verbatim,
      sentiment: ofTen >= 9 ? 2 : ofTen >= 7 ? 1 : ofTen >= 5 ? 0 : -1,
    },
  });
}

function speak(journal: Journal, { id, language, temperament }: Consumer, dice: Dice, at: Instant): void {
  if (dice.percent(40)) {
    journal.tell(id, {
      kind: 'survey.FeedbackReceived',
      at,
      ...inbound(dice.pick(['social', 'email', 'internet'])),
      data: {
        topic: dice.pick(['coffee', 'web shop', 'delivery', 'advice']),
        text: dice.pick(PHRASES[language][temperament.warmth >= 0 ? 'praise' : 'grumble']),
        sentiment: temperament.warmth >= 0 ? 1 : -1,
      },
    });
    return;
  }
  const valence = temperament.warmth > 0 ? 'positive' : dice.pick(['positive', 'neutral', 'negative']);
  journal.tell(id, {
    kind: 'referral.RecommendationMade',
    at,
    ...inbound('social'),
    data: {
      valence,
      reach: dice.between(5, 900),
      about: dice.pick(['the house blend', 'the repair service', 'the Terrace 2']),
    },
  });
}

import { on } from './calendar.js';
import { inbound, outbound } from './contact.js';
import { MACHINES, moneyIn } from './goods.js';
import type { Journal } from './journal.js';
import type { Consumer } from './people.js';
import { lineOf, tellSale } from './sale.js';
import { sampleHighlights } from './sample-highlights.js';

/**
 * One complaint told by hand, from the machine that leaked to the customer who is happier than before and brings a friend:
 * the story to look at first.
 */
export function crackedTank(journal: Journal, party: Consumer): void {
  const { id, currency } = party;
  const by = 'staff-07';
  const { episode } = sampleHighlights.complaint;
  const sale = tellSale(journal, id, {
    at: on('2026-01-12', '18:40'),
    channel: 'internet',
    origin: { origin: 'repeat' },
    lines: [lineOf(MACHINES[0], 1, currency)],
  });
  const received = journal.tell(id, {
    kind: 'complaint.ComplaintReceived',
    at: on('2026-01-20', '07:55'),
    ...inbound('callCentre'),
    episode,
    causation: sale.id,
    correlation: sale.id,
    data: {
      category: 'defect',
      severity: 'critical',
      text: 'The tank is cracked and there is water all over the kitchen.',
      sentiment: -2,
    },
  });
  journal.tell(id, {
    kind: 'complaint.ComplaintAcknowledged',
    at: on('2026-01-20', '08:10'),
    ...outbound('callCentre', by),
    episode,
    data: { text: 'We send a courier for the machine today.', effortMinutes: 10 },
  });
  journal.tell(id, {
    kind: 'complaint.ComplaintAssessed',
    at: on('2026-01-20', '09:00'),
    by,
    episode,
    data: { severity: 'major', urgent: true },
  });
  journal.tell(id, {
    kind: 'governance.TouchpointCorrected',
    at: on('2026-01-20', '09:05'),
    by,
    corrects: received,
    data: {
      data: {
        category: 'defect',
        severity: 'major',
        text: 'The tank is cracked and there is water all over the kitchen.',
        sentiment: -2,
      },
      reason: 'nobody was in danger: major, not critical',
    },
  });
  journal.tell(id, {
    kind: 'complaint.ComplaintInvestigated',
    at: on('2026-01-21', '14:30'),
    by,
    episode,
    data: {
      cause: 'carrier',
      justified: true,
      text: 'The parcel was dropped on its way.',
      effortMinutes: 90,
    },
  });
  const remedy = { remedy: 'a new machine and a kilo of the house blend', cost: moneyIn(currency, 67_090) };
  journal.tell(id, {
    kind: 'complaint.RemedyOffered',
    at: on('2026-01-21', '15:00'),
    ...outbound('callCentre', by),
    episode,
    data: remedy,
  });
  journal.tell(id, {
    kind: 'complaint.RemedyAccepted',
    at: on('2026-01-21', '15:05'),
    ...inbound('callCentre'),
    episode,
    data: remedy,
  });
  journal.tell(id, {
    kind: 'complaint.ComplaintResponded',
    at: on('2026-01-23', '10:00'),
    ...outbound('email', by),
    episode,
    data: { text: 'Your new machine arrives tomorrow between nine and ten.' },
  });
  const closed = journal.tell(id, {
    kind: 'complaint.ComplaintClosed',
    at: on('2026-01-26', '16:20'),
    by,
    episode,
    data: { satisfied: true, sentiment: 2 },
  });
  const sent = journal.tell(id, {
    kind: 'survey.SurveySent',
    at: on('2026-01-28', '08:00'),
    ...outbound('email', 'system'),
    episode: 'survey-cracked-tank',
    causation: closed.id,
    data: { instrument: 'csat', afterEvent: closed.id },
  });
  journal.tell(id, {
    kind: 'survey.SurveyAnswered',
    at: on('2026-01-28', '19:12'),
    ...inbound('internet'),
    episode: 'survey-cracked-tank',
    causation: sent.id,
    data: {
      instrument: 'csat',
      score: 5,
      scaleMin: 1,
      scaleMax: 5,
      verbatim: 'You could not have done it better.',
      sentiment: 2,
    },
  });
  journal.tell(id, {
    kind: 'referral.RecommendationMade',
    at: on('2026-02-14', '20:30'),
    ...inbound('social'),
    causation: closed.id,
    data: { valence: 'positive', reach: 310, about: 'how a complaint was handled' },
  });
}

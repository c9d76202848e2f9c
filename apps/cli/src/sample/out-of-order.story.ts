import { daysAfter, on } from './calendar.js';
import { inbound, outbound } from './contact.js';
import type { Journal } from './journal.js';

/** Cases whose beginning reached the ledger after what followed from it, or has not reached it yet. */
export function outOfOrder(journal: Journal): void {
  // The shop abroad sends its complaints once a quarter: head office had acknowledged and closed before.
  const late = { episode: 'complaint-c-0012-letter', at: on('2025-05-06', '09:10') };
  journal.tell('c-0012', {
    kind: 'complaint.ComplaintReceived',
    ...late,
    arrives: daysAfter(late.at, 60),
    ...inbound('directMail'),
    data: { category: 'delivery', severity: 'minor', sentiment: -1 },
  });
  journal.tell('c-0012', {
    kind: 'complaint.ComplaintAcknowledged',
    at: on('2025-05-09', '08:00'),
    ...outbound('email', 'staff-05'),
    episode: late.episode,
    data: {},
  });
  journal.tell('c-0012', {
    kind: 'complaint.ComplaintClosed',
    at: on('2025-05-20', '08:00'),
    by: 'staff-05',
    episode: late.episode,
    data: { satisfied: true },
  });

  // These still await their beginning.
  journal.tell('c-0019', {
    kind: 'complaint.ComplaintAcknowledged',
    at: on('2026-09-14', '08:00'),
    ...outbound('email', 'staff-06'),
    episode: 'complaint-c-0019-branch',
    data: {},
  });
  journal.tell('c-0019', {
    kind: 'complaint.ComplaintClosed',
    at: on('2026-09-21', '15:00'),
    by: 'staff-06',
    episode: 'complaint-c-0019-branch',
    data: { satisfied: true },
  });
  journal.tell('o-005', {
    kind: 'negotiation.TermProposed',
    at: on('2026-09-16', '13:00'),
    ...outbound('video', 'staff-03'),
    episode: 'negotiation-o-005-branch',
    data: { clause: 'price', value: '2% discount', round: 1 },
  });
  journal.tell('c-0027', {
    kind: 'inquiry.InquiryAnswered',
    at: on('2026-09-24', '11:00'),
    ...outbound('email', 'staff-08'),
    episode: 'inquiry-c-0027-branch',
    data: { effortMinutes: 10 },
  });
}

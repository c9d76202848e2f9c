import { sha256Hex } from '@rapport/kernel';
import { on } from './calendar.js';
import type { Journal } from './journal.js';
import { LOYALTY_RULES_2 } from './loyalty-policy.js';

const POLICIES = [
  {
    name: 'contact hours',
    day: '2023-10-02',
    version: 1,
    text: 'Nobody is called after 19:00 or on Sundays.',
  },
  {
    name: 'complaints',
    day: '2023-10-02',
    version: 1,
    text: 'Every complaint is acknowledged within five working days.',
  },
  {
    name: 'complaints',
    day: '2025-01-13',
    version: 2,
    text: 'Every complaint is acknowledged within two working days.',
  },
  {
    name: 'referrals',
    day: '2023-11-06',
    version: 1,
    text: 'A referral counts when the prospect buys within a year.',
  },
  {
    name: 'contact hours',
    day: '2026-02-02',
    version: 2,
    text: 'Nobody is called after 18:00, on Saturdays or on Sundays.',
  },
] as const;

const SEGMENTS = [
  {
    segment: 'loyal',
    day: '2023-10-09',
    version: 1,
    definition: { where: [{ field: 'score', op: 'range', value: [600, null] }] },
  },
  {
    segment: 'slipping',
    day: '2024-03-04',
    version: 1,
    definition: { where: [{ field: 'stage', op: 'eq', value: 'atRisk' }] },
  },
  {
    segment: 'loyal',
    day: '2026-03-02',
    version: 2,
    definition: { where: [{ field: 'score', op: 'range', value: [560, null] }] },
  },
] as const;

const AUDITS = [
  { day: '2024-11-18', scope: 'complaints of the last year', purpose: 'yearly review' },
  { day: '2025-11-17', scope: 'complaints of the last year', purpose: 'yearly review' },
  { day: '2026-06-08', scope: 'consents and erasures', purpose: 'data protection' },
] as const;

/** What the firm set down for itself: policies, segments, loyalty rules, and who looked into the records. */
export function governance(journal: Journal): void {
  for (const { name, day, version, text } of POLICIES) {
    journal.tellOf(`policy/${name.replace(' ', '-')}`, name.replace(' ', '-'), {
      kind: 'governance.PolicyPublished',
      at: on(day, '08:00'),
      by: 'staff-01',
      data: { policy: name, version, text, validFrom: day },
    });
  }
  for (const { segment, day, version, definition } of SEGMENTS) {
    journal.tellOf('policy/segments', segment, {
      kind: 'governance.SegmentDefined',
      at: on(day, '08:30'),
      by: 'staff-02',
      data: { segment, version, definition },
    });
  }
  for (const { day, scope, purpose } of AUDITS) {
    journal.tellOf('policy/audit', 'audit', {
      kind: 'governance.AuditorViewed',
      at: on(day, '10:00'),
      by: 'staff-audit',
      data: { scope, purpose, effortMinutes: 240 },
    });
  }
  // Before the first touchpoint the log is empty, and the root of an empty tree is the digest of nothing (RFC 9162).
  journal.tellOf('policy/proof', 'proof', {
    kind: 'governance.LedgerSealed',
    at: on('2023-10-01', '00:00'),
    by: 'system',
    data: { treeSize: 0, rootHash: sha256Hex('') },
  });
  journal.tellOf('policy/loyalty', 'loyalty', {
    kind: 'governance.ScoringRulesPublished',
    at: on('2026-03-02', '07:00'),
    by: 'staff-01',
    data: { version: 2, rules: LOYALTY_RULES_2 },
  });
}

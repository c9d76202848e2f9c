import { describe, expect, it } from '@jest/globals';
import type { Touchpoint } from '@rapport/kernel';
import { ReferenceViews, saleOf, touchpoint } from '@rapport/testing';
import { kinds } from '@rapport/touchpoints';
import fc from 'fast-check';
import { signals } from './signals.view.js';

const documentsOf = (...recorded: readonly Touchpoint[]): unknown => {
  const reader = new ReferenceViews(kinds, [signals]);
  reader.record(...recorded);
  return Object.fromEntries(reader.documentsAt(signals));
};

describe('the signals view', () => {
  it('counts signals and sums money by day, and counts who began', () => {
    expect(
      documentsOf(
        saleOf('c-1', '2026-01-31', 300, { direction: 'inbound' }),
        saleOf('c-1', '2026-01-31T23:59:59.999Z', 200),
        saleOf('c-1', '2026-02-01', 7),
      ),
    ).toEqual({
      'c-1': {
        'sale|2026-01-31|n': 2,
        'sale|2026-01-31|EUR': 500,
        'contact.inbound|2026-01-31|n': 1,
        'sale|2026-02-01|n': 1,
        'sale|2026-02-01|EUR': 7,
      },
    });
  });

  it('counts for the party of the stream and for nobody else', () => {
    expect(
      documentsOf(touchpoint('referral.ReferralMade', 'c-1', '2026-01-31', { prospect: 'c-2' })),
    ).toEqual({ 'c-1': { 'referral.made|2026-01-31|n': 1 } });
  });

  it('leaves streams about something else alone', () => {
    expect(
      documentsOf(touchpoint('governance.PolicyPublished', '', '2026-01-31', {}, { subject: 'policy/x' })),
    ).toEqual({});
  });

  it('gives whole numbers for the example of every kind', () => {
    const reader = new ReferenceViews(kinds, [signals]);
    reader.record(...kinds.all.map((kind) => kind.example));
    for (const doc of reader.documentsAt(signals).values())
      for (const value of Object.values(doc)) expect(Number.isSafeInteger(value)).toBe(true);
  });

  it('does not depend on the order of arrival', () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 1, max: 999 })), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(some, (sales) => {
        const touchpoints = sales.map(([day, amount]) =>
          saleOf('c-1', `2026-01-${String(day).padStart(2, '0')}`, amount),
        );
        expect(documentsOf(...touchpoints.toReversed())).toEqual(documentsOf(...touchpoints));
      }),
    );
  });
});

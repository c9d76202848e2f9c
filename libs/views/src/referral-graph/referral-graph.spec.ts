import { describe, expect, it } from '@jest/globals';
import type { JsonObject, Touchpoint } from '@rapport/kernel';
import { ReferenceViews, saleOf, touchpoint } from '@rapport/testing';
import { kinds } from '@rapport/touchpoints';
import fc from 'fast-check';
import {
  referralAncestors,
  referralMetrics,
  referralPath,
  referralSubtree,
  topReferrers,
  views,
} from '../index.js';
import { CANDIDATES_MAX, referralGraph } from './referral-graph.view.js';

const graph = views.find((view) => view.name === referralGraph.name)!;
const readerOf = (...touchpoints: readonly Touchpoint[]): ReferenceViews => {
  const reader = new ReferenceViews(kinds, views);
  reader.record(...touchpoints);
  return reader;
};
const step = (kind: string, by: string, prospect: string, time: string, data: JsonObject = {}): Touchpoint =>
  touchpoint(`referral.${kind}`, by, time, { prospect, ...data });
const made = (by: string, prospect: string, time: string): Touchpoint =>
  step('ReferralMade', by, prospect, time);
const accepted = (by: string, prospect: string, time: string): Touchpoint =>
  step('ReferralAccepted', by, prospect, time);
const converted = (by: string, prospect: string, time: string): Touchpoint =>
  step('ReferralConverted', by, prospect, time, {
    sale: 's',
    counterfactual: 'wouldNotHaveCome',
    basis: 'survey',
  });
const rejected = (by: string, prospect: string, time: string): Touchpoint =>
  step('ReferralRejected', by, prospect, time, { reason: 'known' });
const told = (by: string, to: string, time: string, valence = 'positive'): Touchpoint =>
  touchpoint('referral.RecommendationMade', by, time, { valence, to });
const introduced = (by: string, prospect: string, time: string): Touchpoint[] => [
  made(by, prospect, time),
  accepted(by, prospect, `${time}T13:00:00.000Z`),
];

const creditOf = async (party: string, ...touchpoints: readonly Touchpoint[]): Promise<string | null> =>
  (await referralAncestors(readerOf(...touchpoints), party)).value.chain[0]?.introducedBy ?? null;

describe('the credit for an introduction', () => {
  it('goes to the earliest referral accepted before the first sale; others assist', async () => {
    const all = [
      made('a', 'x', '2026-01-01'),
      made('b', 'x', '2026-01-02'),
      made('c', 'x', '2026-01-03'),
      accepted('c', 'x', '2026-01-04'),
      accepted('b', 'x', '2026-01-05'),
      saleOf('x', '2026-01-06'),
      accepted('a', 'x', '2026-01-07'),
    ];
    expect(await creditOf('x', ...all)).toBe('b');
    expect((await referralAncestors(readerOf(...all), 'x')).value.chain[0]).toMatchObject({
      via: 'referral',
      assists: 2,
      introducedAt: '2026-01-02T12:00:00.000Z',
    });
  });

  it('goes to a referral that was never accepted in words but converted', async () => {
    expect(
      await creditOf(
        'x',
        made('a', 'x', '2026-01-01'),
        saleOf('x', '2026-01-02'),
        converted('a', 'x', '2026-01-03'),
      ),
    ).toBe('a');
  });

  it('goes to nobody for what came after the first sale', async () => {
    expect(await creditOf('x', saleOf('x', '2026-01-01'), ...introduced('a', 'x', '2026-01-02'))).toBeNull();
  });

  it('is taken back by a rejection, and can be earned anew', async () => {
    const first = [...introduced('a', 'x', '2026-01-01'), rejected('a', 'x', '2026-01-02')];
    expect(await creditOf('x', ...first)).toBeNull();
    expect(await creditOf('x', ...first, ...introduced('a', 'x', '2026-01-03'))).toBe('a');
  });

  it('falls to the earliest good recommendation where no referral has it', async () => {
    const words = [
      told('a', 'x', '2026-01-01', 'negative'),
      told('b', 'x', '2026-01-02'),
      told('c', 'x', '2026-01-03'),
    ];
    expect(await creditOf('x', ...words)).toBe('b');
    expect(await creditOf('x', ...words, ...introduced('d', 'x', '2026-01-04'))).toBe('d');
  });

  it('does not depend on the order of arrival', () => {
    const all = [
      made('a', 'x', '2026-01-01'),
      accepted('a', 'x', '2026-01-02'),
      told('b', 'x', '2026-01-01'),
      rejected('a', 'x', '2026-01-03'),
      saleOf('x', '2026-01-04'),
      converted('b', 'x', '2026-01-05'),
    ];
    const documentOf = (touchpoints: readonly Touchpoint[]): unknown =>
      readerOf(...touchpoints)
        .documentsAt(graph)
        .get('x');
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) =>
        expect(documentOf(shuffled)).toEqual(documentOf(all)),
      ),
    );
  });

  it('keeps documents small: further introductions are counted, hubs hold counters', () => {
    const reader = readerOf(
      ...Array.from({ length: CANDIDATES_MAX + 5 }, (_, i) => made(`p-${i}`, 'x', '2026-01-01')),
      ...Array.from({ length: 500 }, (_, i) => made('hub', `y-${i}`, '2026-01-01')),
    );
    expect((reader.documentsAt(graph).get('x') as JsonObject)['candidatesBeyond']).toBe(5);
    expect(JSON.stringify(reader.documentsAt(graph).get('hub')).length).toBeLessThan(300);
  });
});

describe('the referral graph', () => {
  const tree = [
    ...introduced('a', 'b', '2026-01-01'),
    ...introduced('a', 'c', '2026-01-02'),
    ...introduced('b', 'd', '2026-01-03'),
    ...introduced('d', 'e', '2026-01-04'),
    saleOf('d', '2026-01-13', 500),
    saleOf('e', '2026-01-05', 200),
  ];

  it('gives a subtree by generations, with R and value', async () => {
    const { value } = await referralSubtree(readerOf(...tree), 'a');
    expect(value.parties.map((one) => [one.party, one.generation])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 1],
      ['d', 2],
      ['e', 3],
    ]);
    expect(value.generations.map((one) => [one.count, one.converted, one.reproduction])).toEqual([
      [1, 0, 2],
      [2, 0, 0.5],
      [1, 1, 1],
      [1, 1, 0],
    ]);
    expect(value.generations[2]?.value).toEqual([['EUR', 500]]);
    expect(value.complete).toBe(true);
  });

  it('says when it goes deeper than asked, and refuses more parties than allowed', async () => {
    const reader = readerOf(...tree);
    const { value } = await referralSubtree(reader, 'a', { depthMax: 1 });
    expect([value.complete, value.parties.length, value.generations.at(-1)?.reproduction]).toEqual([
      false,
      3,
      null,
    ]);
    await expect(referralSubtree(reader, 'a', { nodesMax: 3 })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });

  it('answers the same within bounds as from a ledger that holds nothing else', async () => {
    const reader = readerOf(...tree);
    const knownAt = reader.record();
    reader.record(...introduced('c', 'f', '2026-01-20'), ...introduced('z', 'b', '2025-12-31'));
    expect((await referralSubtree(reader, 'a', {}, { knownAt })).value).toEqual(
      (await referralSubtree(readerOf(...tree), 'a')).value,
    );
    expect((await referralSubtree(reader, 'a')).value.parties.map((one) => one.party)).toEqual([
      'a',
      'c',
      'f',
    ]);
  });

  it('finds the way between two over the one that introduced both', async () => {
    const reader = readerOf(...tree, saleOf('stranger', '2026-01-01'));
    expect((await referralPath(reader, 'c', 'e')).value).toEqual({
      path: ['c', 'a', 'b', 'd', 'e'],
      common: 'a',
    });
    expect((await referralPath(reader, 'e', 'b')).value).toEqual({ path: ['e', 'd', 'b'], common: 'b' });
    expect((await referralPath(reader, 'c', 'stranger')).value).toEqual({ path: null, common: null });
  });

  it('measures a subtree', async () => {
    const { value } = await referralMetrics(readerOf(...tree), 'a');
    expect(value).toMatchObject({
      descendants: 4,
      converted: 2,
      depth: 3,
      value: [['EUR', 700]],
      cycleTimeDays: 1,
      brokenCircle: null,
    });
    expect(value.structuralVirality).toBeCloseTo(2, 10); // path c-a-b-d-e of five
  });

  it('lists who introduced most, page by page', async () => {
    const reader = readerOf(...tree);
    const first = await topReferrers(reader, { by: 'introduced', countMax: 1 });
    expect(first.value.referrers[0]).toMatchObject({ party: 'a', made: { referrals: 2, accepted: 2 } });
    expect(first.value.next).toBeDefined();
  });
});

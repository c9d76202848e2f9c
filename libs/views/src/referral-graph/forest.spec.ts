import { describe, expect, it } from '@jest/globals';
import type { Touchpoint } from '@rapport/kernel';
import { ReferenceViews, saleOf, sharedFile, titleWithData, touchpoint } from '@rapport/testing';
import { kinds } from '@rapport/touchpoints';
import fc from 'fast-check';
import {
  forestCsv,
  forestGraphMl,
  forestJson,
  loadForest,
  referralAncestors,
  referralMetrics,
  referralSubtree,
  views,
} from '../index.js';
import { referralGraph } from './referral-graph.view.js';

const readerOf = (...touchpoints: readonly Touchpoint[]): ReferenceViews => {
  const reader = new ReferenceViews(kinds, views);
  reader.record(...touchpoints);
  return reader;
};
const introduced = (by: string, prospect: string, time: string): Touchpoint[] => [
  touchpoint('referral.ReferralMade', by, time, { prospect }),
  touchpoint('referral.ReferralAccepted', by, `${time}T13:00:00.000Z`, { prospect }),
];
const told = (by: string, to: string, time: string): Touchpoint =>
  touchpoint('referral.RecommendationMade', by, time, { valence: 'positive', to });

describe('a circle of introductions', () => {
  const circle = [
    ...introduced('c', 'a', '2026-01-03'),
    ...introduced('a', 'b', '2026-01-01'),
    ...introduced('b', 'c', '2026-01-02'),
    ...introduced('c', 'd', '2026-01-04'),
  ];

  it('is broken at its latest edge, from wherever it is looked at', async () => {
    const reader = readerOf(...circle);
    for (const party of ['a', 'b', 'c', 'd']) {
      const { value } = await referralAncestors(reader, party);
      expect(value.chain.at(-1)?.party).toBe('a');
      expect(value.brokenCircle?.cut).toMatchObject({ party: 'a', introducedBy: 'c' });
    }
    expect((await referralSubtree(reader, 'a')).value.parties.map((one) => one.party)).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
    expect((await referralSubtree(reader, 'c')).value.parties.map((one) => one.party)).toEqual(['c', 'd']);
    expect((await referralMetrics(reader, 'a')).value).toMatchObject({ descendants: 3, depth: 3 });
  });

  it('leaves a forest, whatever was reported: walks and the whole agree', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const edges = fc.array(
      fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids), fc.integer({ min: 1, max: 28 })),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(edges, async (reported) => {
        const reader = readerOf(
          ...reported.flatMap(([by, to, day]) =>
            by === to ? [] : introduced(by, to, `2026-01-${String(day).padStart(2, '0')}`),
          ),
        );
        const forest = await loadForest(reader.documents(referralGraph.name));
        for (const { party, introducedBy } of forest.parties) {
          expect((await referralAncestors(reader, party)).value.chain[0]?.introducedBy).toBe(introducedBy);
          const { value } = await referralSubtree(reader, party);
          for (const one of value.parties.slice(1))
            expect(forest.parties.find((other) => other.party === one.party)?.introducedBy).toBe(
              one.introducedBy,
            );
          expect(new Set(value.parties.map((one) => one.party)).size).toBe(value.parties.length);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the forest as a file', () => {
  const nasty = 'Müller & "Söhne"\n<GmbH>, =1+1';
  it('is GraphML, JSON or CSV with every text escaped', async () => {
    const forest = await loadForest(
      readerOf(...introduced(nasty, 'b', '2026-01-01'), saleOf('b', '2026-01-02', 5)).documents(
        referralGraph.name,
      ),
    );
    expect([...forestGraphMl(forest)].join('')).toContain(
      '<edge source="Müller &amp; &quot;Söhne&quot;&#10;&lt;GmbH&gt;, =1+1" target="b">',
    );
    expect(JSON.parse([...forestJson(forest)].join(''))).toEqual(JSON.parse(JSON.stringify(forest)));
    expect([...forestCsv(forest)].join('')).toContain('"Müller & ""Söhne""\n<GmbH>, =1+1"');
  });
});

describe('word of mouth among the women of 25 Korean villages', () => {
  const file = sharedFile('medinnov/kfamily_network.csv');
  (file.exists ? it : it.skip)(
    titleWithData('credits every adopter preceded by a named adopter, and nobody else', file),
    async () => {
      const [head = '', ...lines] = file.text().trim().split('\n');
      const columns = head.replaceAll('"', '').split(',');
      const women = lines.map((line) => {
        const cells = line.split(',');
        const cell = (name: string): string => cells[columns.indexOf(name)] ?? '';
        const named = columns.flatMap((column, index) =>
          /^net\d\d$/.test(column) && Number(cells[index]) > 0 ? [`${cell('village')}-${cells[index]}`] : [],
        );
        return {
          id: `${cell('village')}-${cell('id')}`,
          adopted: Number(cell('toa')),
          named: [...new Set(named)],
        };
      });
      const adoption = new Map(women.map((one) => [one.id, one.adopted]));
      const when = (year: number, hour: string): string => `${1960 + year}-01-01T${hour}:00:00.000Z`;
      const preceded = women.filter((one) =>
        one.named.some((other) => (adoption.get(other) ?? Infinity) < one.adopted),
      );
      const reader = readerOf(
        ...women.flatMap((one) =>
          one.named.flatMap((other) =>
            adoption.has(other) && other !== one.id
              ? [told(other, one.id, when(adoption.get(other) ?? 0, '12'))]
              : [],
          ),
        ),
        ...women.map((one) => saleOf(one.id, when(one.adopted, '06'))),
      );
      const forest = await loadForest(reader.documents(referralGraph.name));
      expect(preceded.length).toBeGreaterThan(300);
      expect(
        forest.parties
          .filter((one) => one.introducedBy !== null)
          .map((one) => one.party)
          .sort(),
      ).toEqual(preceded.map((one) => one.id).sort());
      expect(forest.brokenCircles).toEqual([]);
    },
  );
});

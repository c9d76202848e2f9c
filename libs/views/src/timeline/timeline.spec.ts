import { describe, expect, it } from '@jest/globals';
import type { Touchpoint } from '@rapport/kernel';
import { ReferenceViews, saleOf, touchpoint } from '@rapport/testing';
import { kinds } from '@rapport/touchpoints';
import {
  partyTree,
  timelineDiff,
  timelineEpisodes,
  timelinePage,
  treeTimelinePage,
  views,
} from '../index.js';

const readerOf = (...touchpoints: readonly Touchpoint[]): ReferenceViews => {
  const reader = new ReferenceViews(kinds, views);
  reader.record(...touchpoints);
  return reader;
};
const complaint = (party: string, time: string, episode: string): Touchpoint =>
  touchpoint(
    'complaint.ComplaintReceived',
    party,
    time,
    { category: 'delivery', severity: 'major' },
    { episode, channel: 'email', direction: 'inbound' },
  );
const closed = (party: string, time: string, episode: string): Touchpoint =>
  touchpoint('complaint.ComplaintClosed', party, time, { satisfied: true }, { episode });

describe('a timeline', () => {
  it('gives every touchpoint that names the party, newest first', async () => {
    const reader = readerOf(
      saleOf('c-1', '2026-01-02'),
      touchpoint('referral.ReferralMade', 'c-2', '2026-01-03', { prospect: 'c-1' }),
      saleOf('c-3', '2026-01-04'),
    );
    const { value } = await timelinePage(reader, 'c-1');
    expect(value.items.map((item) => [item.kind, item.subject, item.position])).toEqual([
      ['ReferralMade', 'relationship/c-2', '2'],
      ['SaleCompleted', 'relationship/c-1', '1'],
    ]);
  });

  it('is narrowed by family, episode and text, and goes on after a cursor', async () => {
    const reader = readerOf(
      saleOf('c-1', '2026-01-01'),
      complaint('c-1', '2026-01-02', 'k-1'),
      closed('c-1', '2026-01-05', 'k-1'),
      complaint('c-1', '2026-01-06', 'k-2'),
    );
    const first = await timelinePage(reader, 'c-1', { family: 'complaint', countMax: 2 });
    const second = await timelinePage(reader, 'c-1', {
      family: 'complaint',
      countMax: 2,
      ...(first.value.next === undefined ? {} : { after: first.value.next }),
    });
    expect([...first.value.items, ...second.value.items].map((item) => item.time.slice(8, 10))).toEqual([
      '06',
      '05',
      '02',
    ]);
    expect((await timelinePage(reader, 'c-1', { episode: ['k-2'] })).value.items).toHaveLength(1);
    expect((await timelinePage(reader, 'c-1', { text: 'BOUGHT' })).value.items).toHaveLength(1);
    await expect(timelinePage(reader, 'c-1', { countMax: 0 })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });

  it('says what an entry says whatever the order of arrival', async () => {
    const touchpoints = kinds.all.map((kind) => kind.example);
    const linesOf = async (reader: ReferenceViews): Promise<unknown> =>
      (await reader.allEntries('timeline', 'c-1001')).value.map(
        ({ key, time, source, id, subject, entry }) => [key, time, source, id, subject, entry],
      );
    expect(await linesOf(readerOf(...touchpoints.toReversed()))).toEqual(
      await linesOf(readerOf(...touchpoints)),
    );
  });

  it('groups cases, the latest moved first', async () => {
    const reader = readerOf(
      complaint('c-1', '2026-01-02', 'k-1'),
      complaint('c-1', '2026-01-03', 'k-2'),
      closed('c-1', '2026-01-05', 'k-1'),
      saleOf('c-1', '2026-01-06'),
    );
    const { value } = await timelineEpisodes(reader, 'c-1', { countMax: 1 });
    expect(value).toMatchObject({
      withoutEpisode: 1,
      episodes: [{ episode: 'k-1', touchpoints: 2, families: ['complaint'] }],
    });
    const rest = await timelineEpisodes(reader, 'c-1', {
      countMax: 1,
      ...(value.next === undefined ? {} : { after: value.next }),
    });
    expect(rest.value).toMatchObject({ episodes: [{ episode: 'k-2' }] });
    expect(rest.value.next).toBeUndefined();
    await expect(timelineEpisodes(reader, 'c-1', { after: 'nonsense' })).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
    });
  });
});

describe('the timeline of a firm', () => {
  const person = (id: string, partOf: string, time: string): Touchpoint =>
    touchpoint('party.PartyRegistered', id, time, { kind: 'person', partOf });
  const touchpoints = [
    person('p-1', 'firm', '2026-01-01'),
    person('p-2', 'firm', '2026-01-02'),
    person('p-3', 'p-1', '2026-01-03'),
    saleOf('p-3', '2026-01-04'),
    saleOf('firm', '2026-01-05', 10, {}, 'P-9'),
    saleOf('stranger', '2026-01-06'),
  ];

  it('holds those of its people, each touchpoint once, page after page', async () => {
    const reader = readerOf(...touchpoints);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { value } = await treeTimelinePage(reader, 'firm', {
        countMax: 2,
        ...(after === undefined ? {} : { after }),
      });
      seen.push(...value.items.map((item) => item.time.slice(8, 10)));
      after = value.next;
    } while (after !== undefined);
    expect(seen).toEqual(['05', '04', '03', '02', '01']);
    await expect(treeTimelinePage(reader, 'firm', { after: 'AAAA' })).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
    });
  });

  it('is made of those who were part of it then', async () => {
    const reader = readerOf(...touchpoints);
    expect((await partyTree(reader, 'firm')).map((one) => [one.party, one.depth])).toEqual([
      ['firm', 0],
      ['p-1', 1],
      ['p-2', 1],
      ['p-3', 2],
    ]);
    expect(
      (await partyTree(reader, 'firm', { asOf: '2026-01-01T23:59:59.999Z' })).map((one) => one.party),
    ).toEqual(['firm', 'p-1']);
  });

  it('ends where somebody reported a circle', async () => {
    const reader = readerOf(person('p-1', 'p-2', '2026-01-01'), person('p-2', 'p-1', '2026-01-02'));
    expect((await partyTree(reader, 'p-1')).map((one) => one.party)).toEqual(['p-1', 'p-2']);
  });
});

describe('the difference of two pairs of bounds', () => {
  const changesOf = async (reader: ReferenceViews, ...bounds: [object, object]): Promise<unknown> =>
    (await timelineDiff(reader, 'c-1', ...bounds)).value.changes.map((one) => [
      one.change,
      (one.after ?? one.before)?.id,
    ]);

  it('tells what happened, what was learned late, what was corrected and what was voided', async () => {
    const [old, wrong, late, next] = [
      saleOf('c-1', '2026-01-01'),
      saleOf('c-1', '2026-01-02'),
      saleOf('c-1', '2026-01-03'),
      saleOf('c-1', '2026-02-01'),
    ];
    const reader = readerOf(old, wrong);
    const knownAt = reader.record();
    const lines = [{ sku: 'P-2', quantity: 2, unitPrice: { amountMinor: 5, currency: 'EUR' } }];
    reader.record(
      late,
      next,
      touchpoint(
        'governance.TouchpointCorrected',
        'c-1',
        '2026-01-05',
        { data: { lines } },
        { correctsid: old.id },
      ),
      touchpoint(
        'governance.TouchpointVoided',
        'c-1',
        '2026-01-05',
        { reason: 'test' },
        { correctsid: wrong.id },
      ),
    );
    const asOf = '2026-01-31T23:59:59.999Z';
    expect(await changesOf(reader, { asOf, knownAt }, {})).toEqual([
      ['corrected', old.id],
      ['voided', wrong.id],
      ['learned', late.id],
      ['happened', next.id],
    ]);
    expect(await changesOf(reader, {}, { asOf, knownAt })).toEqual([
      ['corrected', old.id],
      ['learned', wrong.id],
      ['voided', late.id],
      ['undone', next.id],
    ]);
    expect(await changesOf(reader, {}, {})).toEqual([]);
  });

  it('tells what came by a merge and went by an unmerge', async () => {
    const [own, others] = [saleOf('c-1', '2026-01-01'), saleOf('c-2', '2026-01-02')];
    const merge = touchpoint('party.PartiesMerged', 'c-1', '2026-01-03', {
      absorbed: 'c-2',
      basis: 'same number',
    });
    const reader = readerOf(own, others);
    const before = reader.record();
    const merged = reader.record(merge);
    reader.record(
      touchpoint('party.PartiesUnmerged', 'c-1', '2026-01-04', { absorbed: 'c-2', basis: 'mistake' }),
    );
    expect(await changesOf(reader, { knownAt: before }, { knownAt: merged })).toEqual([
      ['merged', others.id],
      ['learned', merge.id],
    ]);
    expect(await changesOf(reader, { knownAt: merged }, {})).toContainEqual(['unmerged', others.id]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Touchpoint } from '@rapport/kernel';
import { ReferenceViews, saleOf, touchpoint } from '@rapport/testing';
import { kinds } from '@rapport/touchpoints';
import { findRelationships, relationshipOn, views, type RelationshipAnswer } from '../index.js';
import { LIST_MAX } from './relationship-document.js';

const readerOf = (...touchpoints: readonly Touchpoint[]): ReferenceViews => {
  const reader = new ReferenceViews(kinds, views);
  reader.record(...touchpoints);
  return reader;
};
const on = async (day: string, ...touchpoints: readonly Touchpoint[]): Promise<RelationshipAnswer> =>
  (await relationshipOn(readerOf(...touchpoints), 'c-1', { day })).value;
const stageOf = async (day: string, ...touchpoints: readonly Touchpoint[]): Promise<string> =>
  (await on(day, ...touchpoints)).stage.stage;
const of = (
  kind: string,
  time: string,
  data: Touchpoint['data'] = {},
  more: Partial<Omit<Touchpoint, 'data'>> = {},
): Touchpoint => touchpoint(kind, 'c-1', time, data, more);

describe('the stage of a relationship', () => {
  const opened = of('relationship.RelationshipOpened', '2026-01-01', { role: 'customer', mode: 'b2c' });
  const monthly = [
    '2026-01-05',
    '2026-02-05',
    '2026-03-05',
    '2026-04-05',
    '2026-05-05',
    '2026-06-05',
    '2026-07-05',
  ].map((day) => saleOf('c-1', day));

  it('goes from prospect over opened and developing to strong, each with its cause', async () => {
    const inquiry = of(
      'inquiry.InquiryReceived',
      '2025-12-01',
      { topic: 'pumps' },
      { episode: 'i-1', direction: 'inbound' },
    );
    const { stage } = await on('2026-07-06', inquiry, opened, ...monthly);
    expect(stage.changes.map((change) => [change.stage, change.cause.kind])).toEqual([
      ['prospect', 'InquiryReceived'],
      ['opened', 'RelationshipOpened'],
      ['developing', 'SaleCompleted'],
      ['strong', 'SaleCompleted'],
    ]);
    expect(stage.cause?.time).toBe('2026-07-05T12:00:00.000Z');
  });

  it('falls with silence, measured against the own rhythm, and says since when', async () => {
    expect(await stageOf('2026-08-20', ...monthly)).toBe('strong');
    const risk = await on('2026-09-30', ...monthly);
    expect([risk.stage.stage, risk.cadence.basis]).toEqual(['atRisk', 'ownSales']);
    expect(risk.cadence.expectedGapDays).toBeGreaterThanOrEqual(28);
    expect(await stageOf(risk.stage.since ?? '', ...monthly)).toBe('atRisk');
    expect(await stageOf('2027-07-01', ...monthly)).toBe('dormant');
  });

  it('is at risk while a critical complaint is open', async () => {
    const complaint = of(
      'complaint.ComplaintReceived',
      '2026-07-06',
      { category: 'safety', severity: 'critical' },
      { episode: 'k-1' },
    );
    expect(await stageOf('2026-07-07', ...monthly, complaint)).toBe('atRisk');
    expect(
      await stageOf(
        '2026-07-08',
        ...monthly,
        complaint,
        of('complaint.ComplaintClosed', '2026-07-08', { satisfied: true }, { episode: 'k-1' }),
      ),
    ).toBe('strong');
  });

  it('is revived by a sale after its end or a long silence', async () => {
    const closed = of('relationship.RelationshipClosed', '2026-08-01', { reason: 'moved' });
    expect(await stageOf('2026-08-02', ...monthly, closed)).toBe('ended');
    expect(await stageOf('2026-09-02', ...monthly, closed, saleOf('c-1', '2026-09-01'))).toBe('revived');
    expect(await stageOf('2028-01-02', ...monthly, saleOf('c-1', '2028-01-01'))).toBe('revived');
  });
});

describe('a relationship', () => {
  it('tells reciprocity, breadth, open cases and what is known since when', async () => {
    const answer = await on(
      '2026-02-01',
      of('party.PartyRegistered', '2026-01-01', { kind: 'person', country: 'NL', partOf: 'firm' }),
      of('party.ConsentGranted', '2026-01-01', { purpose: 'newsletter', basis: 'form' }),
      of(
        'inquiry.InquiryReceived',
        '2026-01-02',
        { topic: 'pumps' },
        { episode: 'i-1', direction: 'inbound' },
      ),
      of('need.PreferenceExpressed', '2026-01-03', { about: 'colour' }, { direction: 'outbound' }),
      saleOf('c-1', '2026-01-04', 10, { direction: 'inbound' }, 'P-1'),
      saleOf('c-1', '2026-01-04', 10, {}, 'P-2'),
      of('party.ConsentWithdrawn', '2026-01-05', { purpose: 'newsletter', reason: 'too much' }),
    );
    expect(answer.reciprocity).toEqual({
      inbound: 2,
      outbound: 1,
      inboundThousandths: 666,
      nonSaleThousandths: 714,
    });
    expect(answer.breadth).toEqual({ productLines: ['P-1', 'P-2'], beyond: 0 });
    expect(answer.document.episodes.items).toEqual([
      {
        episode: 'i-1',
        family: 'inquiry',
        since: '2026-01-02T12:00:00.000Z',
        last: '2026-01-02T12:00:00.000Z',
        critical: false,
      },
    ]);
    expect(answer.document.consents.items).toMatchObject([
      { name: 'newsletter', granted: false, cause: { kind: 'ConsentWithdrawn' } },
    ]);
    expect(answer.knowledge.facts.items.map((fact) => [fact.name, fact.cause.kind])).toEqual([
      ['kind', 'PartyRegistered'],
      ['country', 'PartyRegistered'],
      ['partOf', 'PartyRegistered'],
      ['preference:colour', 'PreferenceExpressed'],
    ]);
    expect(answer.knowledge.missing).toEqual(['identity', 'sector', 'role', 'need', 'attribute']);
    expect(answer.depth).toEqual({ members: 0, partOf: 'firm' });
  });

  it('keeps its lists bounded and counts what does not fit', async () => {
    const { document } = await on(
      '2026-02-01',
      ...Array.from({ length: LIST_MAX + 7 }, (_, i) => saleOf('c-1', '2026-01-04', 1, {}, `P-${i}`)),
    );
    expect([document.productLines.items.length, document.productLines.beyond, document.sales]).toEqual([
      LIST_MAX,
      7,
      LIST_MAX + 7,
    ]);
  });

  it('is found by what is indexed', async () => {
    const reader = readerOf(
      saleOf('c-1', '2026-01-04'),
      saleOf('c-2', '2026-03-04'),
      of('party.PartyRegistered', '2026-01-01', { kind: 'person', country: 'NL' }),
    );
    const found = async (query: object): Promise<string[]> =>
      (await findRelationships(reader, { day: '2026-04-01', ...query })).value.relationships.map(
        (one) => one.party,
      );
    expect(await found({})).toEqual(['c-1', 'c-2']);
    expect(await found({ country: 'NL' })).toEqual(['c-1']);
    expect(await found({ silentSince: '2026-02-01' })).toEqual(['c-1']);
    await expect(relationshipOn(reader, 'nobody', { day: '2026-04-01' })).rejects.toMatchObject({
      code: 'PARTY_NOT_FOUND',
    });
  });
});

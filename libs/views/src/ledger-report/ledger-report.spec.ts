import { describe, expect, it } from '@jest/globals';
import type { AnalysisSource, RecordedEvent, Touchpoint } from '@rapport/kernel';
import { saleOf, touchpoint } from '@rapport/testing';
import { kinds } from '@rapport/touchpoints';
import fc from 'fast-check';
import { ledgerReportAnalysis, type LedgerReport } from './ledger-report.analysis.js';
import { HashTable, textHash53 } from './text-hash.js';

const recorded = (
  one: Touchpoint,
  position: number,
  revision: number,
  recordedat = one.time,
): RecordedEvent => ({ ...one, eventId: `${position}`, position: BigInt(position), revision, recordedat });

const reportOf = (
  events: readonly RecordedEvent[],
  raw: Record<string, string> = {},
): Promise<LedgerReport> => {
  const source: AnalysisSource = {
    position: 99n,
    bounds: {},
    kinds,
    documents: async function* () {},
    document: async () => undefined,
    entriesNow: async () => [],
    events: async function* () {
      yield* events;
    },
    parked: async () => [{ view: 'timeline', key: 'c-1', position: 5n, error: 'Error: broken' }],
  };
  return ledgerReportAnalysis.compute(source, ledgerReportAnalysis.parameters(raw));
};

describe('the ledger report', () => {
  it('counts what there is by kind and source', async () => {
    const report = await reportOf([
      recorded(saleOf('c-1', '2026-01-01'), 1, 0),
      recorded(saleOf('c-1', '2026-01-02'), 3, 1),
      recorded(
        touchpoint('governance.TouchpointVoided', 'c-1', '2026-01-03', {}, { source: 'urn:other' }),
        4,
        2,
      ),
    ]);
    expect(report).toMatchObject({
      events: 3,
      streams: 1,
      firstPosition: '1',
      lastPosition: '4',
      effects: { voids: 1, corrections: 0 },
      revisionGaps: { total: 0 },
      sharedIds: { total: 0 },
      parked: { total: 1, listed: [{ position: '5' }] },
    });
    expect(report.sources).toEqual({
      total: 2,
      listed: [
        { source: 'urn:spec', events: 2 },
        { source: 'urn:other', events: 1 },
      ],
    });
    expect(report.kinds).toContainEqual({ type: 'rapport.sale.SaleCompleted.v1', events: 2 });
  });

  it('finds gaps of revisions, late arrivals and ids in two streams', async () => {
    const same = { id: 'order-1' };
    const report = await reportOf([
      recorded(saleOf('c-1', '2026-01-01', 1, same), 1, 0, '2026-01-01T12:00:30.000Z'),
      recorded(saleOf('c-2', '2026-01-01', 1, same), 2, 0, '2026-01-04T00:00:00.000Z'),
      recorded(saleOf('c-1', '2026-01-02'), 3, 2, '2026-01-02T11:59:00.000Z'),
    ]);
    expect(report.revisionGaps).toEqual({
      total: 1,
      listed: [{ subject: 'relationship/c-1', expected: 1, found: 2, position: '3' }],
    });
    expect(report.sharedIds).toEqual({
      total: 1,
      listed: [{ source: 'urn:spec', id: 'order-1', subjects: ['relationship/c-1', 'relationship/c-2'] }],
    });
    expect(report.lateArrivals).toMatchObject({
      beforeItsTime: 1,
      within1Minute: 1,
      within7Days: 1,
      later: 0,
    });
  });

  it('lists stories that await their beginning, and totals whole where the list is cut', async () => {
    const closings = ['k-1', 'k-2'].map((episode, index) =>
      recorded(
        touchpoint('complaint.ComplaintClosed', 'c-1', '2026-01-01', { satisfied: true }, { episode }),
        index + 1,
        index,
      ),
    );
    const report = await reportOf(closings, { listMax: '1' });
    expect(report.awaiting).toMatchObject({
      total: 2,
      notChecked: 0,
      listed: [{ lifecycle: 'complaint', episode: 'k-1', subject: 'relationship/c-1' }],
    });
  });
});

describe('the table of hashes', () => {
  it('keeps what a Map keeps', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.nat()), { maxLength: 3_000 }), (pairs) => {
        const table = new HashTable();
        const map = new Map<number, number>();
        for (const [text, value] of pairs) {
          table.set(textHash53(text), value);
          map.set(textHash53(text), value);
        }
        for (const [hash, value] of map) expect(table.get(hash)).toBe(value);
        expect(table.get(1)).toBe(map.get(1));
      }),
      { numRuns: 20 },
    );
  });
});

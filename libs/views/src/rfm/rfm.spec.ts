import { describe, expect, it } from '@jest/globals';
import type { AnalysisSource, JsonObject } from '@rapport/kernel';
import { kinds } from '@rapport/touchpoints';
import { rfmAnalysis, type RfmAnswer } from './rfm.analysis.js';
import { SEGMENTS, segmentOf } from './rfm-segments.js';

const docs: readonly (readonly [string, JsonObject])[] = Array.from(
  { length: 10 },
  (_, i): [string, JsonObject] => [
    `c-${i}`,
    Object.fromEntries([
      ...Array.from({ length: i + 1 }, (_none, n): [string, number] => [
        `sale|2026-01-${String(i + n + 1).padStart(2, '0')}|n`,
        1,
      ]),
      [`sale|2026-01-01|EUR`, 100 * i],
      [`sale.returned|2026-01-01|EUR`, 10],
      ['sale|2026-01-01|USD', 5],
    ]),
  ],
);

const rfm = (raw: Record<string, string> = {}): Promise<RfmAnswer> => {
  const source: AnalysisSource = {
    position: 1n,
    bounds: {},
    kinds,
    documents: async function* () {
      for (const [key, doc] of docs) yield { key, doc };
      yield { key: 'never-bought', doc: { 'inquiry|2026-01-01|n': 1 } };
    },
    document: async () => undefined,
    entriesNow: async () => [],
    events: async function* () {},
    parked: async () => [],
  };
  return rfmAnalysis.compute(source, rfmAnalysis.parameters(raw));
};

describe('RFM', () => {
  it('cuts everybody who bought into fifths and names segments', async () => {
    const answer = await rfm();
    expect(answer).toMatchObject({ method: 'independent', currency: 'EUR', parties: 10, segmentsVersion: 1 });
    expect(answer.listed[0]).toEqual({
      party: 'c-0',
      lastSaleDay: '2026-01-01',
      saleDays: 1,
      money: -10,
      recency: 1,
      frequency: 1,
      monetary: 1,
      segment: 'asleep',
    });
    expect(answer.listed.at(-1)).toMatchObject({
      party: 'c-9',
      recency: 5,
      frequency: 5,
      monetary: 5,
      segment: 'champions',
      money: 890,
    });
    expect(answer.segments.reduce((sum, one) => sum + one.parties, 0)).toBe(10);
  });

  it('lists a segment part by part', async () => {
    const first = await rfm({ segment: 'champions', countMax: '3' });
    expect([first.listed.map((one) => one.party), first.next]).toEqual([['c-6', 'c-7', 'c-8'], 'c-8']);
    const rest = await rfm({ segment: 'champions', countMax: '3', after: 'c-8' });
    expect([rest.listed.map((one) => one.party), rest.next]).toEqual([['c-9'], undefined]);
  });

  it('never mixes currencies and refuses what it does not know', async () => {
    expect((await rfm({ currency: 'USD', segment: 'champions' })).listed[0]?.money).toBe(5);
    for (const raw of [{ currency: 'eur' }, { method: 'both' }, { segment: 'heroes' }, { countMax: '10001' }])
      expect(() => rfmAnalysis.parameters(raw)).toThrow(Object.keys(raw)[0]);
  });
});

describe('RFM segments', () => {
  it('hold every cell exactly once', () => {
    for (const r of [1, 2, 3, 4, 5]) {
      for (const f of [1, 2, 3, 4, 5]) {
        const holding = SEGMENTS.filter(
          (one) =>
            r >= one.recency[0] && r <= one.recency[1] && f >= one.frequency[0] && f <= one.frequency[1],
        );
        expect(holding.map((one) => one.segment)).toEqual([segmentOf(r, f)]);
      }
    }
  });
});

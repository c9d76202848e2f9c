import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@rapport/kernel';
import type { RecordOutcome } from '@rapport/ledger';
import { openEngine, touchpoint, type Engine } from './open-ledger.js';

const statuses = (outcomes: readonly RecordOutcome[]): readonly string[] =>
  outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.rejection.code : outcome.status));

let engine: Engine;
beforeEach(async () => {
  engine = await openEngine();
});
afterEach(() => engine.close());

const record = async (...touchpoints: readonly JsonObject[]): Promise<readonly string[]> =>
  statuses(await engine.ledger.record(touchpoints));

describe('a touchpoint that is late in an episode long over', () => {
  it('is decided about as if nothing had been recorded since', async () => {
    const step = (kind: string, id: string, hour: number, data: JsonObject = {}): JsonObject =>
      touchpoint(kind, id, {
        episode: 'k',
        time: `2026-01-10T${String(hour).padStart(2, '0')}:00:00.000Z`,
        data,
      });
    const remedy: JsonObject = touchpoint('RemedyOffered', 'r')['data'] as JsonObject;
    const history = [
      step('ComplaintReceived', 'k-1', 10, { category: 'a', severity: 'minor', text: 'one' }),
      step('RemedyOffered', 'k-2', 12, remedy),
      step('ComplaintClosed', 'k-3', 14, { satisfied: true }),
    ];
    const late = [
      step('RemedyOffered', 'k-4', 9, remedy),
      step('RemedyAccepted', 'k-5', 11),
      step('RemedyAccepted', 'k-6', 13),
      step('RemedyOffered', 'k-7', 10, remedy),
      step('RemedyAccepted', 'k-8', 11),
    ];
    const bystander = await openEngine();
    try {
      for (const { ledger } of [engine, bystander]) await ledger.record(history);
      // More texts of other episodes than are kept at hand.
      for (let party = 0; party < 52; party++) {
        const inquiries = Array.from({ length: 1_000 }, (_, at) =>
          touchpoint('InquiryReceived', `i-${party}-${at}`, {
            subject: `relationship/c-${100 + party}`,
            episode: `i-${at}`,
            data: { topic: 'prices' },
          }),
        );
        expect(new Set(await record(...inquiries))).toEqual(new Set(['recorded']));
      }
      const expected = statuses(await bystander.ledger.record(late));
      expect(expected).toEqual([
        'COMPLAINT_NOT_FOUND',
        'REMEDY_NOT_OFFERED',
        'recorded',
        'recorded',
        'recorded',
      ]);
      expect(await record(...late)).toEqual(expected);
    } finally {
      await bystander.close();
    }
  }, 60_000);
});

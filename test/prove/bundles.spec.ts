import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { touchpoint } from '../engine/open-ledger.js';
import { ProvenLedger, type Bundle } from './proven-ledger.js';

const at = (day: string): { time: string } => ({ time: `2026-01-${day}T12:00:00.000Z` });
const of = (party: string): { subject: string } => ({ subject: `relationship/${party}` });

describe('a bundle', () => {
  const ledger = new ProvenLedger();
  let loyalty: Bundle;
  beforeAll(async () => {
    await ledger.record(
      touchpoint('SaleCompleted', 'sale-1', at('03')),
      touchpoint('SaleCompleted', 'sale-2', at('09')),
      touchpoint('ComplaintReceived', 'complaint-1', at('12')),
      touchpoint('SaleCompleted', 'other-1', { ...of('c-2'), ...at('05') }),
    );
    loyalty = await ledger.prove({ name: 'loyalty', parameters: { party: 'c-1', day: '2026-01-31' } });
  });
  afterAll(() => ledger.remove());

  it('proves a loyalty score with its why', async () => {
    console.log(loyalty.text.split('\n').map((l) => l.slice(0, 500)).join('\n'));
    const checked = await loyalty.verify();
    expect(checked.isSameCode).toBe(true);
  });
});

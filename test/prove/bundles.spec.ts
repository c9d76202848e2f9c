import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { canonicalJson, type Bounds, type Json, type JsonObject } from '@rapport/kernel';
import type { Ledger, Question } from '@rapport/ledger';
import { queries } from '@rapport/profiles';
import fc from 'fast-check';
import { kinds } from '@rapport/touchpoints';
import { touchpoint } from '../engine/open-ledger.js';
import { histories, PARTIES } from '../properties/histories.js';
import { ProvenLedger, textOf } from './proven-ledger.js';

jest.setTimeout(120_000);

const on = (day: string): { time: string } => ({ time: `2026-01-${day}T12:00:00.000Z` });
const about = (party: string): { subject: string } => ({ subject: `relationship/${party}` });
const DAY = '2026-01-31';

/** What the ledger itself answers by replay, as JSON. */
const plain = (value: unknown): Json =>
  JSON.parse(
    JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? one.toString() : one)),
  ) as Json;

const EVERYTHING = (party: string): readonly Question[] => [
  { name: 'timeline', parameters: { party } },
  { name: 'loyalty', parameters: { party, day: DAY } },
  { name: 'referrals', parameters: { party } },
  { name: 'document', parameters: { view: 'relationship-360', key: party } },
];

async function answered(ledger: Ledger, { name, parameters }: Question, bounds: Bounds): Promise<unknown> {
  const { party = '', day = '', view = '', key = '' } = parameters;
  switch (name) {
    case 'timeline':
      return queries.timelinePage(ledger, party, {}, bounds);
    case 'loyalty': {
      const query = { day, ...(bounds.knownAt === undefined ? {} : { knownAt: bounds.knownAt }) };
      const score = await queries.loyaltyScore(ledger, party, query);
      return { score, why: await queries.whyLoyaltyScore(ledger, party, query) };
    }
    case 'referrals':
      return queries.referralMetrics(ledger, party, {}, bounds);
    default:
      return ledger.document(view, key, bounds);
  }
}

/** Proves, verifies, and compares with what the ledger answers from its views' histories. */
async function requireProven(ledger: ProvenLedger, question: Question): Promise<void> {
  const bundle = await ledger.prove(question);
  const { header, isSameCode } = await bundle.verify();
  expect(isSameCode).toBe(true);
  const knownAt = BigInt(header.treeSize);
  const expected = await ledger.use(async (open) => plain(await answered(open, question, { knownAt })));
  expect(canonicalJson(header.answer)).toBe(canonicalJson(expected));
}

describe('a bundle proves', () => {
  const ledger = new ProvenLedger();
  beforeAll(async () => {
    await ledger.record(
      touchpoint('SaleCompleted', 'sale-1', on('03')),
      touchpoint('SaleCompleted', 'sale-2', on('09')),
      touchpoint('ComplaintReceived', 'complaint-1', on('12')),
      touchpoint('SaleCompleted', 'sale-3', { ...about('c-2'), ...on('05') }),
      touchpoint('SaleCompleted', 'sale-4', { ...about('c-3'), ...on('06') }),
      touchpoint('PartiesMerged', 'merge-1', {
        ...on('07'),
        data: { absorbed: 'c-3', basis: 'same number' },
      }),
      touchpoint('TouchpointVoided', 'void-1', {
        ...on('10'),
        correctsid: 'sale-2',
        data: { reason: 'twice' },
      }),
      touchpoint('RecommendationMade', 'recommendation-1', {
        ...on('11'),
        data: { valence: 'positive', to: 'c-9' },
      }),
    );
  });
  afterAll(() => ledger.remove());

  it.each(EVERYTHING('c-1').map((question) => [question.name, question] as const))(
    'the answer to the question %s, which is the one that the ledger gives',
    (_, question) => requireProven(ledger, question),
  );

  it('a page of a timeline, a score by an older version of the rules, and entries of a view', async () => {
    const { header } = await (
      await ledger.prove({
        name: 'timeline',
        parameters: { party: 'c-1', countMax: '1', asOf: '2026-01-11' },
      })
    ).verify();
    expect(header.answer).toMatchObject({ value: { items: [{ id: 'recommendation-1' }] } });
    const byRules = { party: 'c-1', day: DAY, rules: '1' };
    expect(await (await ledger.prove({ name: 'loyalty', parameters: byRules })).refusal()).toBe('accepted');
    const rules = { view: 'scoring-rules', key: 'policy/loyalty' };
    const entries = await (await ledger.prove({ name: 'document', parameters: rules })).verify();
    expect(entries.header.answer).toMatchObject({ value: [{ entry: { version: 1 } }] });
  });

  it('that nothing is known of a party', async () => {
    const { header } = await (
      await ledger.prove({ name: 'timeline', parameters: { party: 'nobody' } })
    ).verify();
    expect(header.answer).toMatchObject({ value: { party: 'nobody', items: [] } });
    expect(header.events).toBe(2); // the merge, and the event that logged the map
  });

  it('what a correction brings into the history of another party', async () => {
    const corrected = touchpoint('SaleCompleted', 'sale-3');
    await ledger.record(
      touchpoint('TouchpointCorrected', 'correction-1', {
        ...about('c-2'),
        ...on('20'),
        correctsid: 'sale-3',
        data: { data: { ...(corrected['data'] as JsonObject), parties: [{ id: 'c-5', role: 'payer' }] } },
      }),
    );
    const question = { name: 'timeline', parameters: { party: 'c-5' } };
    await requireProven(ledger, question);
    expect((await (await ledger.prove(question)).verify()).header.answer).toMatchObject({
      value: { items: [{ id: 'sale-3' }] },
    });
  });

  it('an answer as at the size that was logged, whatever the store counts positions from', async () => {
    const bundle = await ledger.prove({ name: 'timeline', parameters: { party: 'c-2' } });
    const { header, checkpointSize } = await bundle.verify();
    expect(checkpointSize).toBeGreaterThan(header.treeSize);
    const { items } = (header.answer as unknown as { value: { items: { id: string; position: string }[] } })
      .value;
    const sale = bundle.lines.find((line) => textOf(line, 'body').includes('"id":"sale-3"'));
    expect(items[0]?.position).toBe(String(Number(sale?.['index']) + 1));
  });
});

describe('every history', () => {
  it('gives bundles that say what the ledger says, and are verified', async () => {
    await fc.assert(
      fc.asyncProperty(histories(kinds, 14), async (history) => {
        const ledger = new ProvenLedger();
        try {
          await ledger.use((open) => open.record(history)); // life cycles refuse some
          for (const party of PARTIES.slice(0, 2))
            for (const question of EVERYTHING(party).slice(0, 1)) await requireProven(ledger, question);
          await requireProven(ledger, { name: 'document', parameters: { view: 'signals', key: PARTIES[4] } });
        } finally {
          ledger.remove();
        }
      }),
      { numRuns: 6, seed: 20_261_124 },
    );
  });
});

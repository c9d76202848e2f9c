import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partiesOf, relationshipOf, type Bounds, type Json } from '@rapport/kernel';
import { kinds } from '@rapport/touchpoints';
import {
  partyReport,
  reportMarkdown,
  viewingTouchpoint,
  type PartyReport,
  type ReportQuery,
} from '@rapport/views';
import { openEngine, touchpoint, type Engine } from './open-ledger.js';

const GOLDEN = resolve(import.meta.dirname, '..', 'golden', 'party-report');
/** Says what is personal, and what could be taken for markup. */
const SECRET = 'Anna Personal';
const HOSTILE = '</td><script>alert(1)</script> | [x](https://evil.example) `*_\u202e';

describe('a report about a party', () => {
  let engine: Engine;
  let clock = '';
  const positions = new Map<string, bigint>();
  const report = async (query: ReportQuery = {}, bounds: Bounds = {}, party = 'c-1'): Promise<PartyReport> =>
    (await partyReport(engine.ledger, engine.ledger, party, query, bounds)).value;
  const markdown = async (query: ReportQuery = {}, bounds: Bounds = {}): Promise<string> =>
    [...reportMarkdown(await partyReport(engine.ledger, engine.ledger, 'c-1', query, bounds))].join('');
  const record = async (at: string, ...touchpoints: readonly Json[]): Promise<void> => {
    clock = at;
    // One by one: several streams of one call may be recorded in another order.
    for (const one of touchpoints) {
      const [outcome] = await engine.ledger.record([one]);
      if (outcome?.status !== 'recorded') throw new Error(JSON.stringify(outcome));
      positions.set(outcome.id, outcome.position);
    }
  };
  const by = (actorid: string, more: object = {}): object => ({ actorkind: 'staff', actorid, ...more });

  beforeAll(async () => {
    engine = await openEngine({ now: () => Date.parse(clock) });
    await record(
      '2026-01-10T09:00:00.000Z',
      touchpoint('PartyIdentified', 'who', {
        time: '2026-01-10T08:00:00.000Z',
        data: { idType: 'name', value: SECRET },
      }),
      touchpoint('SaleCompleted', 'sale-1', { time: '2026-01-10T08:30:00.000Z', ...by('s-1') }),
      touchpoint('SaleCompleted', 'sale-2', {
        time: '2026-01-10T08:40:00.000Z',
        subject: 'relationship/c-2',
      }),
      touchpoint('InquiryReceived', 'other', {
        time: '2026-01-10T08:45:00.000Z',
        subject: 'relationship/c-3',
      }),
    );
    await record(
      '2026-02-01T09:00:00.000Z',
      touchpoint('InquiryReceived', 'late', {
        time: '2026-01-05T10:00:00.000Z',
        data: { topic: HOSTILE, text: SECRET },
      }),
      touchpoint('TouchpointCorrected', 'fix', {
        time: '2026-01-20T10:00:00.000Z',
        ...by('s-7', { correctsid: 'sale-1' }),
        data: {
          data: {
            origin: 'organic',
            lines: [{ sku: 'P-1', quantity: 2, unitPrice: { amountMinor: 1990, currency: 'EUR' } }],
          },
          time: '2026-01-09T08:30:00.000Z',
          reason: HOSTILE,
        },
      }),
      touchpoint('PartiesMerged', 'merge', {
        time: '2026-01-25T10:00:00.000Z',
        ...by('s-8'),
        data: { absorbed: 'c-2', basis: 'same number' },
      }),
      touchpoint('TouchpointVoided', 'void', {
        time: '2026-01-26T10:00:00.000Z',
        subject: 'relationship/c-2',
        ...by('s-9', { correctsid: 'sale-2' }),
        data: { reason: 'entered twice' },
      }),
      touchpoint('TouchpointVoided', 'orphan', {
        time: '2026-01-27T10:00:00.000Z',
        correctsid: 'nothing of this name',
        data: { reason: 'unclear' },
      }),
      touchpoint('PersonalDataErased', 'erase', {
        time: '2026-01-28T10:00:00.000Z',
        ...by('s-9'),
        data: { basis: 'request of the party' },
      }),
      viewingTouchpoint(
        { purpose: 'yearly review', actor: 'auditor-1' },
        { id: 'view', source: 'urn:spec', time: '2026-01-29T10:00:00.000Z', key: 'c-1', scope: 'report' },
      ) as Json,
    );
    await engine.settled();
  });
  afterAll(() => engine.close());

  it('says what happened, who did it, when it was learned, and what became of it', async () => {
    const { events, ids, counts, corrections, merges, viewings, erasures } = await report();
    expect(ids).toEqual(['c-1', 'c-2']);
    expect(events.map(({ id, standing, late }) => [id, standing, late])).toEqual([
      ['who', 'counts', false],
      ['sale-1', 'corrected', false],
      ['sale-2', 'voided', false],
      ['late', 'counts', true],
      ['fix', 'counts', false],
      ['merge', 'counts', false],
      ['void', 'counts', false],
      ['orphan', 'waiting', false],
      ['erase', 'counts', false],
      ['view', 'counts', false],
    ]);
    expect(counts).toEqual({ events: 10, late: 1, corrected: 1, voided: 1 });
    expect(corrections).toMatchObject([
      {
        effect: 'correction',
        counts: true,
        by: { actorid: 's-7' },
        of: { position: `${positions.get('sale-1')}` },
      },
      { effect: 'void', counts: true, by: { actorid: 's-9' }, reason: 'entered twice', members: [] },
    ]);
    expect(corrections[0]?.members).toContainEqual({
      pointer: '/time',
      before: '2026-01-10T08:30:00.000Z',
      after: '2026-01-09T08:30:00.000Z',
    });
    expect(
      [merges, viewings, erasures].map((notes) => notes.map(({ kind, actorid }) => [kind, actorid])),
    ).toEqual([
      [['PartiesMerged', 's-8']],
      [['AuditorViewed', 'auditor-1']],
      [['PersonalDataErased', 's-9']],
    ]);
    expect(viewings[0]?.purpose).toBe('yearly review');
  });

  it('names the leaf of every event, and the receipts that were written', async () => {
    const { events, log } = await report({ receiptOf: async (position) => `event-${position}.tlog-proof` });
    const leaves = await engine.ledger.log.leafIndexesOf(events.map(({ position }) => BigInt(position)));
    expect(events.map(({ leafIndex }) => leafIndex)).toEqual(leaves);
    expect(log.treeSize).toBe(await engine.ledger.log.size());
    expect(events.every(({ position, receipt }) => receipt === `event-${position}.tlog-proof`)).toBe(true);
  });

  it('holds no personal value, and says where they stand', async () => {
    const whole = await report();
    expect(JSON.stringify(whole)).not.toContain(SECRET);
    expect(await markdown()).not.toContain(SECRET);
    expect(whole.events.find(({ id }) => id === 'who')?.withheld).toEqual(['/value']);
  });

  it('lets no text of the data become markup', async () => {
    const text = await markdown();
    expect(text).not.toMatch(/(?<!\\)<script|(?<!\\)\[x\]|https:\/\/evil|\u202e/);
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    for (const table of tablesOf(text)) expect(new Set(table.map(cellsOf)).size).toBe(1);
    expect(rows.length).toBeGreaterThan(20);
  });

  it('can be narrowed to what happened or was learned in a time; a correction takes nothing out of sight', async () => {
    const ids = async (period: object): Promise<string[]> =>
      (await report({ period })).events.map(({ id }) => id);
    expect(await ids({ from: '2026-01-09T00:00:00.000Z', to: '2026-01-09T23:59:59.999Z' })).toEqual([
      'sale-1',
    ]);
    expect(await ids({ from: '2026-01-10T08:30:00.000Z', to: '2026-01-10T08:30:00.000Z' })).toEqual([
      'sale-1',
    ]);
    expect(await ids({ recordedTo: '2026-01-31T00:00:00.000Z' })).toEqual(['who', 'sale-1', 'sale-2']);
    const learned = await report({ period: { recordedFrom: '2026-02-01T00:00:00.000Z' } });
    expect([learned.counts.events, learned.corrections.length]).toEqual([7, 2]);
  });

  it('says what was known at a position, before what was learned later', async () => {
    const knownAt = positions.get('other') as bigint;
    const then = await report({}, { knownAt });
    expect([then.ids, then.events.map(({ id, standing }) => [id, standing])]).toEqual([
      ['c-1'],
      [
        ['who', 'counts'],
        ['sale-1', 'counts'],
      ],
    ]);
    await expect(report({}, {}, 'nobody')).rejects.toMatchObject({ code: 'PARTY_NOT_FOUND' });
  });

  it('comes page by page, each event once, bound to the position of the first page', async () => {
    const { events } = await report();
    const paged: PartyReport['events'][number][] = [];
    let after: string | undefined;
    do {
      const page = await report({ countMax: 3, after });
      expect(page.counts.events).toBe(events.length);
      paged.push(...page.events);
      after = page.next;
    } while (after !== undefined);
    expect(paged).toEqual(events);
    const { next } = await report({ countMax: 3 });
    await expect(report({ after: next }, { asOf: '2026-01-01T00:00:00.000Z' })).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
    });
  });

  it('holds every event of the party exactly once, and no other', async () => {
    const of: string[] = [];
    for await (const event of engine.ledger.feed({}))
      if (partiesOf(kinds.get(event.type), event).some((party) => ['c-1', 'c-2'].includes(party)))
        of.push(event.eventId);
    expect((await report()).events.map(({ eventId }) => eventId)).toEqual(of);
    expect(of.length).toBeGreaterThan(5);
    expect(relationshipOf('c-1')).toBe((await report()).events[0]?.subject);
  });

  // `RAPPORT_WRITE_GOLDEN=1` writes the files anew.
  it.each(['report.md', 'report.json'])('reads as the golden file %s', async (name) => {
    const made = name.endsWith('.md') ? await markdown() : `${JSON.stringify(await report(), null, 2)}\n`;
    if (process.env['RAPPORT_WRITE_GOLDEN'] === '1') writeFileSync(join(GOLDEN, name), made);
    expect(made).toBe(readFileSync(join(GOLDEN, name), 'utf8'));
  });
});

/** The rows of each table of a document. */
const tablesOf = (text: string): string[][] =>
  text
    .split('\n\n')
    .map((block) => block.split('\n').filter((line) => line.startsWith('| ')))
    .filter((rows) => rows.length > 0);

/** How many cells a row has: bars that are not escaped. */
const cellsOf = (row: string): number => row.replace(/\\./g, '').split('|').length;

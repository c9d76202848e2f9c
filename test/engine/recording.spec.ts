import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@rapport/kernel';
import type { RecordOutcome } from '@rapport/ledger';
import { openEngine, touchpoint, type Engine } from './open-ledger.js';

const sale = (id: string, more: Readonly<Record<string, unknown>> = {}): JsonObject =>
  touchpoint('SaleCompleted', id, more);
const statuses = (outcomes: readonly RecordOutcome[]): readonly string[] =>
  outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.rejection.code : outcome.status));

let engine: Engine;
beforeEach(async () => {
  engine = await openEngine();
});
afterEach(() => engine.close());

const record = async (...touchpoints: readonly JsonObject[]): Promise<readonly string[]> =>
  statuses(await engine.ledger.record(touchpoints));
const only = async (input: JsonObject): Promise<RecordOutcome> =>
  (await engine.ledger.record([input]))[0] as RecordOutcome;

describe('a repeat', () => {
  it('is answered with the first outcome, whatever came in between, also after a restart', async () => {
    const first = await only(sale('s-1'));
    await record(...Array.from({ length: 50 }, (_, at) => sale(`other-${at}`)));
    expect(await only(sale('s-1'))).toEqual({ ...first, status: 'duplicate' });
    await engine.reopen();
    expect(await only(sale('s-1'))).toEqual({ ...first, status: 'duplicate' });
    expect((await engine.ledger.head()).count).toBe(51);
  });

  it('is one when it says the same in other words: key order, zone of the time, more white space', async () => {
    await record(
      sale('s-1', {
        time: '2026-01-10T12:00:00Z',
        data: {
          lines: [{ sku: 'a', quantity: 1, unitPrice: { amountMinor: 5, currency: 'EUR' } }],
          origin: 'organic',
        },
      }),
    );
    expect(
      await record(
        sale('s-1', {
          time: '2026-01-10T13:00:00.000+01:00',
          data: {
            origin: 'organic',
            lines: [{ quantity: 1, unitPrice: { currency: 'EUR', amountMinor: 5 }, sku: 'a' }],
          },
        }),
      ),
    ).toEqual(['duplicate']);
  });

  it('within one batch, and among concurrent calls, is recorded once', async () => {
    expect(await record(sale('s-1'), sale('s-1'), sale('s-2'))).toEqual([
      'recorded',
      'duplicate',
      'recorded',
    ]);
    const together = await Promise.all(Array.from({ length: 40 }, () => record(sale('s-3'))));
    expect(together.flat().filter((status) => status === 'recorded')).toHaveLength(1);
    expect(together.flat().filter((status) => status === 'duplicate')).toHaveLength(39);
    expect((await engine.ledger.stream('relationship/c-1')).events.map(({ id }) => id)).toEqual([
      's-1',
      's-2',
      's-3',
    ]);
  });

  it('with other content is refused and changes nothing, also when only a personal value differs', async () => {
    await record(
      sale('s-1'),
      touchpoint('ComplaintReceived', 'k-1', {
        episode: 'e',
        data: { category: 'a', severity: 'minor', text: 'one' },
      }),
    );
    expect(await record(sale('s-1', { time: '2026-01-11T12:00:00.000Z' }))).toEqual(['EVENT_ID_REUSED']);
    expect(
      await record(
        touchpoint('ComplaintReceived', 'k-1', {
          episode: 'e',
          data: { category: 'a', severity: 'minor', text: 'two' },
        }),
      ),
    ).toEqual(['EVENT_ID_REUSED']);
    expect((await engine.ledger.head()).count).toBe(2);
  });

  it('under another subject is another touchpoint', async () => {
    expect(await record(sale('s-1'), sale('s-1', { subject: 'relationship/c-2' }))).toEqual([
      'recorded',
      'recorded',
    ]);
  });
});

describe('a batch', () => {
  it('loses none of its good ones to its bad ones', async () => {
    const outcomes = await record(
      sale('s-1'),
      sale('s-2', { data: {} }),
      sale('s-3', { time: 'soon' }),
      { any: 'thing' },
      sale('s-4', { subject: 'c-1' }),
      sale('s-5'),
    );
    expect(outcomes).toEqual([
      'recorded',
      'INVALID_PAYLOAD',
      'INVALID_TIME',
      'INVALID_ENVELOPE',
      'INVALID_ENVELOPE',
      'recorded',
    ]);
  });

  it('of thousands in one stream is split over appends and stays in order', async () => {
    const ids = Array.from({ length: 2_500 }, (_, at) => `s-${at}`);
    expect(new Set(await record(...ids.map((id) => sale(id))))).toEqual(new Set(['recorded']));
    const { events } = await engine.ledger.stream('relationship/c-1');
    expect(events.map(({ id }) => id)).toEqual(ids);
    expect(events.map(({ revision }) => revision)).toEqual(ids.map((_, at) => at));
  });
});

describe('times', () => {
  it('more than five minutes ahead are refused, less are taken', async () => {
    const ahead = (ms: number): string => new Date(Date.now() + ms).toISOString();
    expect(
      await record(sale('s-1', { time: ahead(4 * 60_000) }), sale('s-2', { time: ahead(6 * 60_000) })),
    ).toEqual(['recorded', 'TIME_IN_FUTURE']);
  });

  it('of recording never go back, although the clock does', async () => {
    await engine.close();
    let nowMs = Date.parse('2026-06-01T00:00:00Z');
    engine = await openEngine({ now: () => nowMs });
    for (const step of [0, -3_600_000, 60_000, -86_400_000]) {
      nowMs += step;
      await record(sale(`s-${nowMs}`), sale(`s-${nowMs}`, { subject: 'relationship/c-2' }));
      await engine.reopen();
    }
    const recorded: string[] = [];
    for await (const event of engine.ledger.feed({})) recorded.push(event.recordedat);
    expect(recorded).toHaveLength(8);
    expect(recorded).toEqual(recorded.toSorted());
  });
});

describe('a correction', () => {
  const corrected = (
    id: string,
    more: Readonly<Record<string, unknown>> = {},
    data: JsonObject = {},
  ): JsonObject =>
    touchpoint('TouchpointCorrected', id, {
      correctsid: 's-1',
      data: {
        data: {
          lines: [{ sku: 'a', quantity: 1, unitPrice: { amountMinor: 700, currency: 'EUR' } }],
          origin: 'organic',
        },
        ...data,
      },
      ...more,
    });
  const signals = async (): Promise<JsonObject | undefined> => {
    await engine.settled();
    return (await engine.ledger.document('signals', 'c-1')).value;
  };

  it('counts instead of what it corrects, whether it comes after or before it', async () => {
    await record(sale('s-1'), corrected('k-1'));
    expect(await signals()).toMatchObject({ 'sale|2026-01-10|EUR': 700 });
    await record(corrected('k-2', { correctsid: 's-2' }));
    await engine.settled();
    await record(sale('s-2'));
    expect(await signals()).toMatchObject({ 'sale|2026-01-10|EUR': 1_400, 'sale|2026-01-10|n': 2 });
  });

  it('gives way to a later one, and to a void', async () => {
    await record(
      sale('s-1'),
      corrected('k-1', { time: '2026-02-02T00:00:00Z' }),
      touchpoint('TouchpointVoided', 'v-1', { correctsid: 's-1', time: '2026-02-01T00:00:00Z' }),
    );
    expect(await signals()).toMatchObject({ 'sale|2026-01-10|n': 1 });
    await record(touchpoint('TouchpointVoided', 'v-2', { correctsid: 's-1', time: '2026-02-03T00:00:00Z' }));
    expect(await signals()).toBeUndefined();
  });

  it('may come from another source when it names that of its target', async () => {
    await record(sale('s-1'), corrected('k-1', { source: 'urn:audit', correctssource: 'urn:shop' }));
    expect(await signals()).toMatchObject({ 'sale|2026-01-10|EUR': 700 });
  });

  it('is refused when its payload does not fit, when it corrects a correction, and when it names nothing', async () => {
    await record(sale('s-1'), corrected('k-1'));
    const { correctsid: _named, ...nameless } = corrected('k-4');
    expect(
      await record(
        corrected('k-2', {}, { data: { lines: [] } }),
        corrected('k-3', { correctsid: 'k-1' }),
        nameless,
      ),
    ).toEqual(['CORRECTION_TARGET_INVALID', 'CORRECTION_TARGET_INVALID', 'INVALID_ENVELOPE']);
  });

  it('keeps the personal values of its target apart, known or not yet known', async () => {
    const complaint = (text: string): JsonObject => ({ category: 'a', severity: 'minor', text });
    const change = (id: string, target: string): JsonObject =>
      touchpoint('TouchpointCorrected', id, { correctsid: target, data: { data: complaint('a secret') } });
    await record(
      change('early', 'c-2'),
      touchpoint('ComplaintReceived', 'c-1', { episode: 'e', data: complaint('before') }),
      change('late', 'c-1'),
    );
    await record(touchpoint('ComplaintReceived', 'c-2', { episode: 'f', data: complaint('before') }));
    const { events } = await engine.ledger.stream('relationship/c-1');
    for (const event of events) expect(JSON.stringify(event.data)).not.toMatch(/secret|before/);
    expect(await record(change('early', 'c-2'))).toEqual(['duplicate']);
    await engine.settled();
    expect(
      (await engine.ledger.allEntries('timeline', 'c-1')).value.filter(
        ({ entry }) => entry['correctedBy'] !== undefined,
      ),
    ).toHaveLength(2);
  });
});

describe('life cycles', () => {
  it('refuse the impossible with a code and accept what only comes late', async () => {
    const episode = { episode: 'k-1' };
    expect(await record(touchpoint('RemedyOffered', 'r-1', episode))).toEqual(['COMPLAINT_NOT_FOUND']);
    expect(
      await record(touchpoint('ComplaintClosed', 'x-1', { ...episode, time: '2026-01-20T00:00:00Z' })),
    ).toEqual(['recorded']);
    expect(
      await record(touchpoint('ComplaintReceived', 'k-1', { ...episode, time: '2026-01-10T00:00:00Z' })),
    ).toEqual(['recorded']);
    expect(
      await record(touchpoint('RemedyOffered', 'r-2', { ...episode, time: '2026-01-12T00:00:00Z' })),
    ).toEqual(['recorded']);
    expect(
      await record(touchpoint('ReferralMade', 'f-1', { data: { prospect: 'c-1', medium: 'email' } })),
    ).toEqual(['REFERRAL_SELF']);
  });

  it('hold within one batch and over a restart', async () => {
    const episode = { episode: 'n-1' };
    const opened = touchpoint('NegotiationOpened', 'o', { ...episode, time: '2026-01-01T00:00:00Z' });
    const signed = (id: string, day: string): JsonObject =>
      touchpoint('ContractSigned', id, { ...episode, time: `2026-01-${day}T00:00:00Z` });
    expect(await record(opened, signed('s-1', '05'), signed('s-2', '06'))).toEqual([
      'recorded',
      'recorded',
      'CONTRACT_ALREADY_SIGNED',
    ]);
    await engine.reopen();
    expect(await record(signed('s-3', '07'))).toEqual(['CONTRACT_ALREADY_SIGNED']);
  });
});

describe('concurrent calls', () => {
  it('are decided in the order of the calls, whatever has to be loaded for them', async () => {
    const complaint = (name: string, id: string, party: string, day: string): JsonObject =>
      touchpoint(name, id, {
        subject: `relationship/${party}`,
        episode: 'k',
        time: `2026-01-${day}T00:00:00Z`,
      });
    const parties = Array.from({ length: 40 }, (_, at) => `p-${at}`);
    await record(...parties.map((party) => sale(`s-${party}`, { subject: `relationship/${party}` })));
    await engine.reopen();
    const received = record(...parties.map((party) => complaint('ComplaintReceived', 'k-1', party, '10')));
    const offered = record(complaint('RemedyOffered', 'k-2', 'p-39', '11'));
    expect(new Set(await received)).toEqual(new Set(['recorded']));
    expect(await offered).toEqual(['recorded']);
  });
});

describe('times of recording', () => {
  it('never step back from one position to the next, also within a batch over many streams', async () => {
    await engine.close();
    let nowMs = Date.parse('2026-06-01T00:00:00Z');
    engine = await openEngine({ now: () => nowMs++ });
    const batch = (round: number): JsonObject[] =>
      Array.from({ length: 30 }, (_, at) =>
        sale(`s-${round}-${at}`, { subject: `relationship/p-${at % 7}` }),
      );
    await Promise.all([record(...batch(1)), record(...batch(2))]);
    const recorded: string[] = [];
    for await (const event of engine.ledger.feed({})) recorded.push(event.recordedat);
    expect(recorded).toHaveLength(60);
    expect(recorded).toEqual(recorded.toSorted());
  });
});

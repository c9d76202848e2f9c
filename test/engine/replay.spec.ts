import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readBounds, type Bounds, type Json, type JsonObject } from '@rapport/kernel';
import type { ContentChange, ReplayedItem } from '@rapport/ledger';
import { views } from '@rapport/views';
import { openEngine, touchpoint, type Engine } from './open-ledger.js';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('a replay', () => {
  let engine: Engine;
  const positions: bigint[] = [];
  const record = async (...touchpoints: readonly Json[]): Promise<void> => {
    for (const outcome of await engine.ledger.record(touchpoints)) {
      if (outcome.status === 'rejected') throw new Error(outcome.rejection.message);
      positions.push(outcome.position);
    }
  };
  const known = (count: number): Bounds => ({ knownAt: positions.at(count) as bigint });
  const sale = (id: string, party: string, day: string, more: object = {}): Json =>
    touchpoint('SaleCompleted', id, {
      subject: `relationship/${party}`,
      time: `${day}T12:00:00.000Z`,
      ...more,
    });

  beforeAll(async () => {
    engine = await openEngine();
    await record(sale('s-1', 'c-1', '2026-01-01'), sale('s-2', 'c-2', '2026-01-02'));
    await record(sale('s-3', 'c-1', '2026-01-03'), sale('s-4', 'c-3', '2026-01-04'));
    await record(
      touchpoint('TouchpointVoided', 'v-1', { correctsid: 's-2', subject: 'relationship/c-2' }),
      touchpoint('PartiesMerged', 'm-1', { data: { absorbed: 'c-3', basis: 'same number' } }),
      touchpoint('TouchpointCorrected', 'k-1', {
        correctsid: 's-1',
        data: {
          data: {
            origin: 'repeat',
            lines: [{ sku: 'X', quantity: 1, unitPrice: { amountMinor: 5, currency: 'EUR' } }],
          },
          time: '2026-01-09T12:00:00.000Z',
        },
      }),
    );
    await engine.settled();
  });
  afterAll(() => engine.close());

  it('gives the bytes of every live view at the head, and what a ledger that ended there would say before it', async () => {
    for (const { name } of views) {
      const live = (await engine.ledger.hash(name)).views[0];
      expect((await engine.ledger.replayHash(name)).value).toEqual(live);
      expect((await engine.ledger.replayHash(name, known(-1))).value).toEqual(live);
    }
    const before = await all((await engine.ledger.replay('timeline', known(3))).value);
    expect(before.map((item) => [item.key, 'id' in item && item.id])).toEqual([
      ['c-1', 's-1'],
      ['c-1', 's-3'],
      ['c-2', 's-2'],
      ['c-3', 's-4'],
    ]);
    const asOf = await all(
      (await engine.ledger.replay('signals', { asOf: '2026-01-03T00:00:00.000Z' })).value,
    );
    expect(asOf).toEqual([]);
  });

  it('takes a size of the proof log for what was known, up to the size that the log has', async () => {
    for (const [leaf, position] of positions.entries())
      expect(await readBounds(engine.ledger, { treeSize: String(leaf + 1) })).toEqual({ knownAt: position });
    const { value } = await engine.ledger.replayHash(
      'timeline',
      await readBounds(engine.ledger, { treeSize: '4' }),
    );
    expect(value).toEqual((await engine.ledger.replayHash('timeline', known(3))).value);
    expect((await engine.ledger.replayHash('timeline', { knownAt: 0n })).value.documents).toBe(0);
    await expect(readBounds(engine.ledger, { treeSize: String(positions.length + 1) })).rejects.toMatchObject(
      {
        code: 'INVALID_QUERY',
        message: expect.stringContaining(`has ${positions.length} leaves`),
      },
    );
  });

  it('gives the same items page by page, and the first page binds the others', async () => {
    for (const name of ['timeline', 'relationship-360', 'scoring-rules']) {
      const whole = await all((await engine.ledger.replay(name)).value);
      for (const countMax of [1, 2, 3, 100]) {
        const paged: ReplayedItem[] = [];
        let after: string | undefined;
        do {
          const { value } = await engine.ledger.replayPage(name, {}, { countMax, after });
          expect(value.items.length).toBeLessThanOrEqual(countMax);
          paged.push(...value.items);
          after = value.next;
        } while (after !== undefined);
        expect(paged).toEqual(whole);
      }
    }
    const first = await engine.ledger.replayPage('timeline', known(3), { countMax: 1 });
    const rest = await engine.ledger.replayPage('timeline', {}, { countMax: 100, after: first.value.next });
    expect([rest.position, rest.value.items.length]).toEqual([positions[3], 3]);
    for (const [view, bounds] of [
      ['signals', {}],
      ['timeline', { asOf: '2026-01-01T00:00:00.000Z' }],
      ['timeline', known(2)],
    ] as const)
      await expect(
        engine.ledger.replayPage(view, bounds, { countMax: 1, after: first.value.next }),
      ).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });

  it('tells what differs between two bounds, the same as whole, by key and by page', async () => {
    const [first, second] = [known(3), {}] as const;
    const diff = await all((await engine.ledger.replayDiff('timeline', first, second)).value);
    expect(diff.map(({ key, change, id }) => [key, change, id])).toEqual([
      ['c-1', 'added', 's-4'],
      ['c-1', 'changed', 's-1'],
      ['c-1', 'added', 'm-1'],
      ['c-2', 'removed', 's-2'],
      ['c-3', 'removed', 's-4'],
    ]);
    const corrected = diff.find(({ id }) => id === 's-1');
    expect(corrected).toMatchObject({
      members: expect.arrayContaining([
        { pointer: '/time', before: '2026-01-01T12:00:00.000Z', after: '2026-01-09T12:00:00.000Z' },
      ]),
    });
    const one = await all((await engine.ledger.replayDiff('timeline', first, second, { key: 'c-2' })).value);
    expect(one).toEqual(diff.filter(({ key }) => key === 'c-2'));
    const paged: ContentChange[] = [];
    let after: string | undefined;
    do {
      const { value } = await engine.ledger.replayDiffPage('timeline', first, second, { countMax: 1, after });
      paged.push(...value.items);
      after = value.next;
    } while (after !== undefined);
    expect(paged).toEqual(diff);
    const documents = await all((await engine.ledger.replayDiff('relationship-360', first, second)).value);
    expect(documents.map(({ key, change }) => [key, change])).toContainEqual(['c-3', 'removed']);
    expect(await all((await engine.ledger.replayDiff('signals', second, second)).value)).toEqual([]);
  });
});

describe('a correction that another one of the same batch overrules', () => {
  it('is found by whoever asks what was known in between, also under the parties that it alone has named', async () => {
    const engine = await openEngine();
    try {
      const about = { episode: 'e-1', subject: 'relationship/c-2' };
      const { data } = touchpoint('ComplaintInvestigated', 'x') as { data: JsonObject };
      const outcomes = await engine.ledger.record([
        touchpoint('ComplaintInvestigated', 'f-1', about),
        touchpoint('TouchpointCorrected', 'k-1', {
          correctsid: 'f-1',
          subject: 'relationship/c-2',
          data: {
            data: { ...data, parties: [{ id: 'c-1', role: 'other' }] },
            reason: 'the other party is known now',
          },
        }),
        touchpoint('TouchpointVoided', 'v-1', { correctsid: 'f-1', subject: 'relationship/c-2' }),
      ]);
      await engine.settled();
      const [, corrected] = outcomes;
      if (corrected === undefined || corrected.status === 'rejected')
        throw new Error(JSON.stringify(outcomes));
      const { ledger } = engine;
      const ids = async (bounds: Bounds): Promise<readonly string[]> =>
        (await ledger.allEntries('timeline', 'c-1', bounds)).value.map(({ id }) => id);
      expect(await ids({ knownAt: corrected.position })).toEqual(['f-1']);
      expect(await ids({})).toEqual([]);
    } finally {
      await engine.close();
    }
  });
});

import { expect, it } from '@jest/globals';
import type { IndexBatch, MergeRecord } from '@rapport/ledger';
import { all } from '../event-store/store-under-test.js';
import { HOSTILE_KEYS, viewsOf, type ViewStoreFactory } from './views-under-test.js';

const EMPTY: IndexBatch = { history: [], corrections: [], merges: [] };

/** Which events may concern a key, corrections by their target, merges: written with the views, read by replays. */
export function indexSpecs(factory: ViewStoreFactory): void {
  const open = viewsOf(factory);

  const opened = async () => {
    const views = await open();
    const index = (batch: Partial<IndexBatch>, checkpoint: bigint) =>
      views.store.save({
        views: [],
        index: { ...EMPTY, ...batch },
        checkpoint,
        events: Number(checkpoint),
        lease: views.lease,
      });
    return { views, store: views.store, index };
  };
  const history = (key: string, ...positions: bigint[]) => positions.map((position) => ({ key, position }));

  it('tells how far it reaches', async () => {
    const { views, store, index } = await opened();
    expect(await store.indexCheckpoint()).toBe(0n);
    await index({}, 7n);
    expect(await store.indexCheckpoint()).toBe(7n);
    expect(await (await views.reopen()).indexCheckpoint()).toBe(7n);
  });

  it('gives the history of keys up to a position, ascending and without repeats', async () => {
    const { store, index } = await opened();
    await index({ history: [...history('a', 3n, 1n, 9n), ...history('b', 3n, 4n)] }, 10n);
    await index({ history: [...history('a', 12n, 12n), ...history('c', 2n)] }, 20n);
    expect(await store.history(['a'], 20n)).toEqual([1n, 3n, 9n, 12n]);
    expect(await store.history(['a'], 9n)).toEqual([1n, 3n, 9n]);
    expect(await store.history(['b', 'a', 'a', 'nobody'], 11n)).toEqual([1n, 3n, 4n, 9n]);
    expect(await store.history([], 20n)).toEqual([]);
    expect(await store.history(['nobody'], 20n)).toEqual([]);
  });

  it('gives the history of thousands of keys', async () => {
    const { store, index } = await opened();
    const keys = Array.from({ length: 3_000 }, (_, position) => `party-${position}`);
    await index({ history: keys.map((key, position) => ({ key, position: BigInt(position + 1) })) }, 3_000n);
    expect(await store.history(keys, 3_000n)).toHaveLength(3_000);
  });

  it('gives every history key once, ordered by UTF-8 bytes', async () => {
    const { store, index } = await opened();
    await index(
      {
        history: HOSTILE_KEYS.toReversed().flatMap((key, at) =>
          history(key, BigInt(at + 1), BigInt(at + 100)),
        ),
      },
      200n,
    );
    expect(await all(store.historyKeys())).toEqual(HOSTILE_KEYS);
    for (const [at, key] of HOSTILE_KEYS.entries())
      expect(await all(store.historyKeys(key))).toEqual(HOSTILE_KEYS.slice(at + 1));
    const more = Array.from({ length: 2_500 }, (_, at) => `party-${String(at).padStart(5, '0')}`);
    await index({ history: more.map((key) => ({ key, position: 201n })) }, 201n);
    expect(await all(store.historyKeys())).toHaveLength(HOSTILE_KEYS.length + 2_500);
    for (const key of HOSTILE_KEYS) expect(await store.history([key], 200n)).toHaveLength(2);
    expect(await store.history(HOSTILE_KEYS, 200n)).toHaveLength(2 * HOSTILE_KEYS.length);
  });

  it('has no history keys where nothing was recorded', async () => {
    const { store } = await opened();
    expect(await all(store.historyKeys())).toEqual([]);
  });

  it('gives corrections by their target up to a position', async () => {
    const { store, index } = await opened();
    const [one, two] = [
      'relationship/42\nhttps://shop.example\norder-1',
      'relationship/42\nhttps://shop.example\n"\u{1F600}"',
    ];
    await index(
      {
        corrections: [
          { target: one, position: 5n },
          { target: two, position: 6n },
          { target: one, position: 9n },
        ],
      },
      10n,
    );
    expect(await store.corrections([one, two, 'another'], 10n)).toEqual(
      new Map([
        [one, [5n, 9n]],
        [two, [6n]],
      ]),
    );
    expect(await store.corrections([one], 8n)).toEqual(new Map([[one, [5n]]]));
    expect(await store.corrections([], 10n)).toEqual(new Map());
    expect(await store.corrections([two], 5n)).toEqual(new Map());
  });

  it('gives merges and unmerges by position', async () => {
    const { views, store, index } = await opened();
    const merge = (position: bigint, effect: MergeRecord['effect']): MergeRecord => ({
      absorbed: "o'brien",
      survivor: '43',
      effect,
      time: '2026-01-31T12:00:00.000Z',
      source: 'https://crm.example',
      id: `merge-${position}`,
      position,
    });
    await index({ merges: [merge(2n, 'merge')] }, 5n);
    await index({ merges: [merge(8n, 'unmerge')] }, 10n);
    expect(await store.merges()).toEqual([merge(2n, 'merge'), merge(8n, 'unmerge')]);
    expect(await (await views.reopen()).merges()).toHaveLength(2);
  });

  it('changes nothing when a batch is saved again', async () => {
    const { store, index } = await opened();
    await index({ history: history('a', 1n) }, 10n);
    await index({ history: history('a', 1n, 2n) }, 10n);
    await index({ history: history('a', 3n) }, 4n);
    expect(await store.history(['a'], 100n)).toEqual([1n]);
    expect(await store.indexCheckpoint()).toBe(10n);
  });
}

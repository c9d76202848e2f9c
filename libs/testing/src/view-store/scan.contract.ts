import { expect, it } from '@jest/globals';
import type { StoredEntry } from '@rapport/kernel';
import { all, failure } from '../event-store/store-under-test.js';
import {
  HOSTILE_KEYS,
  PARTIES,
  placeAt,
  put,
  putEntry,
  TIMELINE,
  viewsOf,
  type ViewStoreFactory,
} from './views-under-test.js';

/** Everything a view holds, in one order, so that hashes can be compared. */
export function scanSpecs(factory: ViewStoreFactory): void {
  const open = viewsOf(factory);

  it('give every document ordered by the UTF-8 bytes of its key', async () => {
    const views = await open();
    await views.save(
      PARTIES,
      HOSTILE_KEYS.toReversed().map((key) => put(key, { key })),
    );
    const scanned = await all(views.store.scan(PARTIES));
    expect(scanned.map(({ key }) => key)).toEqual(HOSTILE_KEYS);
    expect(scanned[0]).toEqual({
      key: HOSTILE_KEYS[0],
      doc: { key: HOSTILE_KEYS[0] },
      position: views.checkpoint,
      fence: '',
    });
    expect(await views.store.count(PARTIES)).toBe(HOSTILE_KEYS.length);
  });

  it('give every entry ordered by key and place', async () => {
    const views = await open();
    const entries = ['a', 'b', '\uff5e', '\u{1F600}'].flatMap((key) =>
      [1, 2, 3].map((second) => putEntry(key, placeAt(second), {})),
    );
    await views.save(TIMELINE, entries.toReversed());
    const scanned = (await all(views.store.scan(TIMELINE))) as StoredEntry[];
    expect(scanned.map(({ key, time }) => [key, time])).toEqual(
      ['a', 'b', '\uff5e', '\u{1F600}'].flatMap((key) =>
        [1, 2, 3].map((second) => [key, placeAt(second).time]),
      ),
    );
    expect(await views.store.count(TIMELINE)).toBe(12);
  });

  it('give large views whole', async () => {
    const views = await open();
    const keys = Array.from({ length: 2_345 }, (_, index) => `party-${String(index).padStart(5, '0')}`);
    await views.save(
      PARTIES,
      keys.map((key) => put(key, {})),
    );
    expect((await all(views.store.scan(PARTIES))).map(({ key }) => key)).toEqual(keys);
  });

  it('show one moment although the view is written meanwhile', async () => {
    const views = await open();
    const keys = Array.from({ length: 2_000 }, (_, index) => `party-${String(index).padStart(5, '0')}`);
    await views.save(
      PARTIES,
      keys.map((key) => put(key, { round: 1 })),
    );
    const rounds = new Set<unknown>();
    let count = 0;
    for await (const item of views.store.scan(PARTIES)) {
      if (++count === 1)
        await views.save(PARTIES, [...keys.map((key) => put(key, { round: 2 })), put('zzz', { round: 2 })]);
      if ('doc' in item) rounds.add(item.doc['round']);
    }
    expect([count, [...rounds]]).toEqual([2_000, [1]]);
  });

  it('can be left early', async () => {
    const views = await open();
    await views.save(
      PARTIES,
      Array.from({ length: 1_500 }, (_, index) => put(`party-${index}`, {})),
    );
    for await (const _item of views.store.scan(PARTIES)) break;
    await views.save(PARTIES, [put('a', {})]);
    expect(await views.store.count(PARTIES)).toBe(1_501);
  });

  it('of an empty view give nothing, and of an unknown one fail', async () => {
    const views = await open();
    expect(await all(views.store.scan(PARTIES))).toEqual([]);
    expect(await views.store.count(TIMELINE)).toBe(0);
    await failure(all(views.store.scan({ name: 'unknown', version: 1 })), 'VIEW_NOT_FOUND');
    await failure(views.store.count({ name: 'unknown', version: 1 }), 'VIEW_NOT_FOUND');
  });
}

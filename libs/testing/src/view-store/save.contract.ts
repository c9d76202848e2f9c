import { expect, it } from '@jest/globals';
import { failure } from '../event-store/store-under-test.js';
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

/** Documents and their checkpoint become visible together, once. */
export function saveSpecs(factory: ViewStoreFactory): void {
  const open = viewsOf(factory);

  it('keeps a document with its position and fence', async () => {
    const views = await open();
    const doc = { name: 'É "x" \u{1F600}', list: [1, null, { deep: true }], big: '9007199254740993' };
    await views.save(PARTIES, [put('42', doc, '["a","b"]')], 17n);
    const stored = { key: '42', doc, position: 17n, fence: '["a","b"]' };
    expect(await views.store.get(PARTIES, '42')).toEqual(stored);
    expect(await (await views.reopen()).get(PARTIES, '42')).toEqual(stored);
  });

  it('loads the documents of many keys and leaves out those that are not there', async () => {
    const { store, save } = bound(await open());
    await save([...'abcde'].map((key) => put(key, { key })));
    const loaded = await store.load(PARTIES, ['b', 'missing', 'd']);
    expect(loaded.map(({ key }) => key).sort()).toEqual(['b', 'd']);
    expect(await store.load(PARTIES, [])).toEqual([]);
    expect(await store.get(PARTIES, 'missing')).toBeUndefined();
  });

  it('loads thousands of keys at once', async () => {
    const { store, save } = bound(await open());
    const keys = Array.from({ length: 5_000 }, (_, index) => `party-${index}`);
    await save(keys.map((key) => put(key, { key })));
    expect(await store.load(PARTIES, keys)).toHaveLength(5_000);
  });

  it("gives documents that are the caller's own: changing one changes nothing here", async () => {
    const { store, save } = bound(await open());
    await save([put('a', { list: [1] })]);
    for (let times = 0; times < 2; times++) {
      const [loaded] = await store.load(PARTIES, ['a']);
      expect(loaded?.doc).toEqual({ list: [1] });
      (loaded!.doc['list'] as number[]).push(2);
      Object.assign(loaded!.doc, { more: true });
    }
  });

  it('replaces a document, and removes one', async () => {
    const { store, save } = bound(await open());
    await save([put('a', { score: 1 }), put('b', { score: 1 })]);
    await save([put('a', { score: 2 }), { op: 'delete', key: 'b' }, { op: 'delete', key: 'never there' }]);
    expect((await store.get(PARTIES, 'a'))?.doc).toEqual({ score: 2 });
    expect(await store.get(PARTIES, 'b')).toBeUndefined();
    expect(
      (await store.find(PARTIES, { where: [{ field: 'score', op: 'equals', value: 1 }], countMax: 10 }))
        .items,
    ).toEqual([]);
  });

  it('applies the changes of a batch in their order', async () => {
    const { store, save } = bound(await open());
    await save([
      put('a', { score: 1 }),
      { op: 'delete', key: 'a' },
      put('a', { score: 3 }),
      put('b', {}),
      { op: 'delete', key: 'b' },
    ]);
    expect((await store.get(PARTIES, 'a'))?.doc).toEqual({ score: 3 });
    expect(await store.get(PARTIES, 'b')).toBeUndefined();
  });

  it('changes nothing when the same batch is saved again', async () => {
    const views = await open();
    await views.save(PARTIES, [put('a', { score: 1 })], 10n);
    await views.save(PARTIES, [put('a', { score: 1 })], 10n);
    await views.save(PARTIES, [put('a', { score: 99 }), put('late', {})], 5n);
    expect(await views.store.get(PARTIES, 'a')).toMatchObject({ doc: { score: 1 }, position: 10n });
    expect(await views.store.get(PARTIES, 'late')).toBeUndefined();
    expect((await views.store.versions('parties'))[0]).toMatchObject({ checkpoint: 10n, events: 10 });
  });

  it('skips only the views that have the batch already', async () => {
    const views = await open();
    await views.save(PARTIES, [put('a', { score: 1 })], 10n);
    await views.store.save({
      views: [
        { view: PARTIES, changes: [put('a', { score: 99 })] },
        { view: TIMELINE, changes: [putEntry('a', placeAt(1), { family: 'sale' })] },
      ],
      checkpoint: 10n,
      events: 10,
      lease: views.lease,
    });
    expect((await views.store.get(PARTIES, 'a'))?.doc).toEqual({ score: 1 });
    expect((await views.store.entries(TIMELINE, 'a', { countMax: 10 })).items).toHaveLength(1);
  });

  it('writes all views of a batch or none', async () => {
    const views = await open();
    const unknown = { ...PARTIES, name: 'unknown' };
    const batch = { checkpoint: 10n, events: 10, lease: views.lease };
    const changes = [put('a', { score: 1 })];
    await failure(
      views.store.save({
        ...batch,
        views: [
          { view: PARTIES, changes },
          { view: unknown, changes },
        ],
      }),
      'VIEW_NOT_FOUND',
    );
    expect(await views.store.get(PARTIES, 'a')).toBeUndefined();
    expect((await views.store.versions('parties'))[0]?.checkpoint).toBe(0n);
  });

  it('moves the checkpoint on when nothing changes', async () => {
    const views = await open();
    await views.save(PARTIES, [], 25n);
    expect((await views.store.versions('parties'))[0]).toMatchObject({ checkpoint: 25n, events: 25 });
  });

  it('keeps documents apart whatever their keys are', async () => {
    const { store, save } = bound(await open());
    await save(HOSTILE_KEYS.map((key) => put(key, { city: key, ['__proto__x']: key })));
    const loaded = await store.load(PARTIES, [...HOSTILE_KEYS, 'missing', '\u0000missing']);
    expect(new Set(loaded.map(({ key }) => key))).toEqual(new Set(HOSTILE_KEYS));
    const among = await store.find(PARTIES, {
      where: [{ field: 'city', op: 'in', value: HOSTILE_KEYS }],
      countMax: 100,
    });
    expect(among.items.map(({ key }) => key)).toEqual(HOSTILE_KEYS);
    for (const key of HOSTILE_KEYS) {
      expect((await store.get(PARTIES, key))?.doc).toEqual({ city: key, ['__proto__x']: key });
      const found = await store.find(PARTIES, {
        where: [{ field: 'city', op: 'equals', value: key }],
        countMax: 10,
      });
      expect(found.items.map((item) => item.key)).toEqual([key]);
    }
  });

  it('keeps members that other programs would trip over', async () => {
    const views = await open();
    const doc = JSON.parse('{"__proto__":{"polluted":true},"$set":1,"a.b":2,"":3}');
    await views.save(PARTIES, [put('a', doc)]);
    const loaded = (await views.store.get(PARTIES, 'a'))?.doc;
    expect(JSON.stringify(loaded)).toBe(JSON.stringify(doc));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
}

/** The methods of views whose `this` a spec need not carry around. */
const bound = (views: Awaited<ReturnType<ReturnType<typeof viewsOf>>>) => ({
  store: views.store,
  save: (changes: Parameters<typeof views.save>[1]) => views.save(PARTIES, changes),
});

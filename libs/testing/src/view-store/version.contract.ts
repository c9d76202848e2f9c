import { expect, it } from '@jest/globals';
import type { ViewShape } from '@rapport/ledger';
import { all, failure } from '../event-store/store-under-test.js';
import {
  PARTIES,
  placeAt,
  put,
  putEntry,
  TIMELINE,
  viewsOf,
  type ViewStoreFactory,
} from './views-under-test.js';

const NEXT: ViewShape = { ...PARTIES, version: 10_002 };
const NEXT_TIMELINE: ViewShape = { ...TIMELINE, version: 10_002 };

/** The next version is built beside the live one and takes its place at once. */
export function versionSpecs(factory: ViewStoreFactory): void {
  const open = viewsOf(factory);

  const building = async () => {
    const views = await open();
    await views.save(PARTIES, [put('a', { score: 1 })], 10n);
    await views.store.declare(NEXT);
    await views.store.build(NEXT, views.lease);
    const states = async () =>
      Object.fromEntries(
        (await views.store.versions('parties')).map(({ version, state }) => [version, state]),
      );
    return { views, store: views.store, states };
  };

  it('are built beside the live one, each with its own documents and checkpoint', async () => {
    const { views, store, states } = await building();
    await views.save(NEXT, [put('a', { score: 2 })], 5n);
    expect(await states()).toEqual({ 10001: 'live', 10002: 'building' });
    expect((await store.versions('parties')).map(({ checkpoint, events }) => [checkpoint, events])).toEqual([
      [10n, 10],
      [5n, 5],
    ]);
    expect((await store.load(PARTIES, ['a']))[0]?.doc).toEqual({ score: 1 });
    expect((await store.load(NEXT, ['a']))[0]?.doc).toEqual({ score: 2 });
  });

  it('take the place of the live one at once, which is then retired', async () => {
    const { views, store, states } = await building();
    await views.save(NEXT, [put('a', { score: 2 }), put('b', { score: 3 })], 5n);
    await store.swap(NEXT, views.lease);
    expect(await states()).toEqual({ 10001: 'retired', 10002: 'live' });
    const query = { where: [{ field: 'score', op: 'range', value: [2, null] }], countMax: 10 } as const;
    expect((await store.find(NEXT, query)).items.map(({ key }) => key)).toEqual(['a', 'b']);
    expect((await store.get(PARTIES, 'a'))?.doc).toEqual({ score: 1 });
    await store.swap(NEXT, views.lease);
    expect(await states()).toEqual({ 10001: 'retired', 10002: 'live' });
  });

  it('are written on after the swap, and keep what they hold over a restart', async () => {
    const { views, store } = await building();
    await views.save(NEXT, [put('a', { score: 2 })], 5n);
    await store.swap(NEXT, views.lease);
    await views.save(NEXT, [put('a', { score: 3 }), put('b', { score: 3 })], 15n);
    const again = await views.reopen();
    expect(
      (await again.find(NEXT, { countMax: 10 })).items.map(({ key, position }) => [key, position]),
    ).toEqual([
      ['a', 15n],
      ['b', 15n],
    ]);
    expect((await again.versions('parties')).find(({ state }) => state === 'live')).toMatchObject({
      version: 10_002,
      checkpoint: 15n,
    });
  });

  it('hold documents and checkpoint together when a build is cut off by a restart', async () => {
    const { views, store } = await building();
    await views.save(NEXT, [put('a', { score: 2 })], 5n);
    await views.save(NEXT, [put('a', { score: 3 }), put('b', {})], 8n);
    expect(await store.load(NEXT, ['a', 'b'])).toHaveLength(2);
    const again = await views.reopen();
    const { checkpoint } = (await again.versions('parties')).find(({ version }) => version === 10_002)!;
    const held = (await again.load(NEXT, ['a', 'b'])).map(({ key, doc }) => [key, doc]);
    const expected = new Map([
      [0n, []],
      [5n, [['a', { score: 2 }]]],
      [
        8n,
        [
          ['a', { score: 3 }],
          ['b', {}],
        ],
      ],
    ]);
    expect(held).toEqual(expected.get(checkpoint));
  });

  it('are filled key by key, and get their checkpoint with the save that ends the filling', async () => {
    const { views, store, states } = await building();
    await views.store.declare(NEXT_TIMELINE);
    await views.store.build(NEXT_TIMELINE, views.lease);
    const lease = views.lease;
    for (const key of ['a', 'b', 'c']) {
      const parked = key === 'c' ? { park: [{ key, position: 3n, error: 'TypeError', waiting: 1 }] } : {};
      await store.fill({
        views: [
          {
            view: NEXT,
            changes: key === 'c' ? [] : [put(key, { score: 2, active: key === 'a' })],
            ...parked,
          },
          { view: NEXT_TIMELINE, changes: [putEntry(key, placeAt(1), { family: 'sale' })] },
        ],
        position: 8n,
        lease,
      });
    }
    const checkpoints = async () =>
      Object.fromEntries(
        (await store.versions()).map(({ name, version, checkpoint }) => [`${name} ${version}`, checkpoint]),
      );
    expect(await checkpoints()).toMatchObject({ 'parties 10002': 0n, 'timeline 10002': 0n });
    const ends = [NEXT, NEXT_TIMELINE].map((view) => ({ view, changes: [] }));
    await store.save({ views: ends, checkpoint: 8n, events: 8, lease });
    expect(await checkpoints()).toMatchObject({
      'parties 10002': 8n,
      'timeline 10002': 8n,
      'parties 10001': 10n,
    });
    await store.swap(NEXT, lease);
    await store.swap(NEXT_TIMELINE, lease);
    expect(await states()).toEqual({ 10001: 'retired', 10002: 'live' });
    const query = { where: [{ field: 'score', op: 'equals', value: 2 }], countMax: 10 } as const;
    expect((await store.find(NEXT, query)).items.map(({ key, position }) => [key, position])).toEqual([
      ['a', 8n],
      ['b', 8n],
    ]);
    expect((await store.entries(NEXT_TIMELINE, 'c', { countMax: 10 })).items).toHaveLength(1);
    expect((await store.parked()).map(({ version, key }) => [version, key])).toEqual([[10_002, 'c']]);
  });

  it('can be asked while they are built, and built on after that', async () => {
    const { views, store } = await building();
    await views.save(NEXT, [put('a', { score: 2 })], 5n);
    expect(
      (await store.find(NEXT, { where: [{ field: 'score', op: 'equals', value: 2 }], countMax: 10 })).items,
    ).toHaveLength(1);
    expect(await all(store.scan(NEXT))).toHaveLength(1);
    await views.save(NEXT, [put('a', { score: 7 }), put('b', { score: 2 })], 6n);
    expect(
      (
        await store.find(NEXT, { where: [{ field: 'score', op: 'equals', value: 2 }], countMax: 10 })
      ).items.map(({ key }) => key),
    ).toEqual(['b']);
    await store.swap(NEXT, views.lease);
    expect(await store.count(NEXT)).toBe(2);
  });

  it('of entries keep the last that was said of each place', async () => {
    const views = await open();
    await views.store.declare(NEXT_TIMELINE);
    await views.store.build(NEXT_TIMELINE, views.lease);
    const said = (second: number, headline: string) =>
      putEntry('42', placeAt(second), { headline, family: 'sale' });
    const gone = (second: number) => ({ op: 'deleteEntry', key: '42', place: placeAt(second) }) as const;
    await views.save(
      NEXT_TIMELINE,
      [said(1, 'first'), said(2, 'to go'), said(3, 'to change'), said(4, 'to go and return')],
      4n,
    );
    await views.save(NEXT_TIMELINE, [gone(2), said(3, 'changed'), gone(4), gone(99)], 5n);
    await views.save(NEXT_TIMELINE, [said(4, 'returned')], 6n);
    await views.store.swap(NEXT_TIMELINE, views.lease);
    await views.save(NEXT_TIMELINE, [said(5, 'later'), gone(1)], 7n);
    const { items } = await views.store.entries(NEXT_TIMELINE, '42', { order: 'oldestFirst', countMax: 10 });
    expect(items.map(({ entry }) => entry['headline'])).toEqual(['changed', 'returned', 'later']);
  });

  it('are cleared of an abandoned build of the same version', async () => {
    const { views, store } = await building();
    await views.save(NEXT, [put('old', { score: 2 })], 5n);
    await store.build(NEXT, views.lease);
    expect(await store.load(NEXT, ['old'])).toEqual([]);
    expect((await store.versions('parties')).find(({ version }) => version === 10_002)).toMatchObject({
      state: 'building',
      checkpoint: 0n,
      events: 0,
    });
  });

  it('are removed with all they hold', async () => {
    const { views, store, states } = await building();
    await views.save(NEXT, [put('a', {})], 5n);
    await store.swap(NEXT, views.lease);
    await store.drop(PARTIES, views.lease);
    await store.drop(PARTIES, views.lease);
    expect(await states()).toEqual({ 10002: 'live' });
    await failure(store.get(PARTIES, 'a'), 'VIEW_NOT_FOUND');
    await failure(store.find(PARTIES, { countMax: 1 }), 'VIEW_NOT_FOUND');
    await failure(views.save(PARTIES, [put('a', {})], 20n), 'VIEW_NOT_FOUND');
    await store.declare(PARTIES);
    await store.build(PARTIES, views.lease);
    expect(await store.load(PARTIES, ['a'])).toEqual([]);
  });

  it('are declared as often as one likes, and not written before they are built', async () => {
    const { views, store, states } = await building();
    await store.declare(PARTIES);
    expect((await store.get(PARTIES, 'a'))?.doc).toEqual({ score: 1 });
    const third = { ...PARTIES, version: 10_003 };
    await store.declare(third);
    expect(await states()).toEqual({ 10001: 'live', 10002: 'building' });
    await failure(views.save(third, [put('a', {})], 20n), 'VIEW_NOT_FOUND');
    await failure(store.swap(third, views.lease), 'VIEW_NOT_FOUND');
    await failure(store.declare({ ...PARTIES, fields: [] }), 'INVALID_CONFIGURATION');
  });

  it('are listed for one view or for all', async () => {
    const { store } = await building();
    expect((await store.versions()).map(({ name, version }) => `${name} ${version}`)).toEqual([
      'parties 10001',
      'parties 10002',
      'timeline 10001',
    ]);
    expect(await store.versions('unknown')).toEqual([]);
  });
}

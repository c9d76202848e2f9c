import { expect, it } from '@jest/globals';
import type { ViewShape } from '@rapport/ledger';
import {
  PARTIES,
  placeAt,
  put,
  putEntry,
  TIMELINE,
  viewsOf,
  type ViewStoreFactory,
} from './views-under-test.js';

/** Keys whose events could not be digested, until they are. */
export function parkedSpecs(factory: ViewStoreFactory): void {
  const open = viewsOf(factory);
  const park = (key: string, waiting: number) => ({
    key,
    position: 3n,
    error: 'TypeError: no amount',
    waiting,
  });

  const opened = async () => {
    const views = await open();
    const save = (view: ViewShape, parks: readonly ReturnType<typeof park>[], checkpoint: bigint) =>
      views.store.save({
        views: [{ view, changes: [], park: parks }],
        checkpoint,
        events: Number(checkpoint),
        lease: views.lease,
      });
    await save(PARTIES, [park('b', 1), park('a', 2)], 10n);
    return { views, save };
  };

  it('are listed with what waits behind them', async () => {
    const { views } = await opened();
    const expected = ['a', 'b'].map((key) => ({
      view: 'parties',
      version: PARTIES.version,
      ...park(key, key === 'a' ? 2 : 1),
    }));
    expect(await views.store.parked()).toEqual(expected);
    expect(await views.store.parked('parties')).toEqual(expected);
    expect(await views.store.parked('timeline')).toEqual([]);
    expect(await (await views.reopen()).parked()).toEqual(expected);
  });

  it('count on as more waits', async () => {
    const { views, save } = await opened();
    await save(PARTIES, [park('a', 5)], 20n);
    expect((await views.store.parked()).map(({ key, waiting }) => [key, waiting])).toEqual([
      ['a', 5],
      ['b', 1],
    ]);
    await save(PARTIES, [park('a', 7)], 20n);
    expect((await views.store.parked())[0]?.waiting).toBe(5);
  });

  it('are taken off the list together with what they were refolded to', async () => {
    const { views } = await opened();
    await views.store.unpark(PARTIES, 'a', [put('a', { score: 1 })], views.lease);
    expect((await views.store.parked()).map(({ key }) => key)).toEqual(['b']);
    expect(await views.store.get(PARTIES, 'a')).toMatchObject({ doc: { score: 1 }, position: 10n });
    expect((await views.store.versions('parties'))[0]?.checkpoint).toBe(10n);
  });

  it('of entries are replaced as a whole', async () => {
    const { views, save } = await opened();
    await views.save(TIMELINE, [putEntry('a', placeAt(1), { headline: 'old' })], 10n);
    await save(TIMELINE, [park('a', 1)], 20n);
    const changes = [
      { op: 'deleteEntry', key: 'a', place: placeAt(1) } as const,
      putEntry('a', placeAt(2), { headline: 'new' }),
    ];
    await views.store.unpark(TIMELINE, 'a', changes, views.lease);
    const { items } = await views.store.entries(TIMELINE, 'a', { countMax: 10 });
    expect(items.map(({ entry }) => entry['headline'])).toEqual(['new']);
    expect(await views.store.parked('timeline')).toEqual([]);
  });

  it('belong to their version and go with it', async () => {
    const { views, save } = await opened();
    const next = { ...PARTIES, version: 10_002 };
    await views.store.declare(next);
    await views.store.build(next, views.lease);
    await save(next, [park('c', 1)], 10n);
    expect((await views.store.parked('parties')).map(({ version, key }) => [version, key])).toEqual([
      [10_001, 'a'],
      [10_001, 'b'],
      [10_002, 'c'],
    ]);
    await views.store.swap(next, views.lease);
    await views.store.drop(PARTIES, views.lease);
    expect((await views.store.parked()).map(({ key }) => key)).toEqual(['c']);
  });
}

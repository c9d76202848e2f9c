import { expect, it } from '@jest/globals';
import { failure } from '../event-store/store-under-test.js';
import { PARTIES, put, viewsOf, type ViewStoreFactory } from './views-under-test.js';

/** One owner at a time; who has lost a lease writes nothing more. */
export function leaseSpecs(factory: ViewStoreFactory): void {
  const open = viewsOf(factory);

  it('are given to one owner until they run out', async () => {
    const { store, clock } = await open();
    const lease = await store.lease('other', 'worker-1', 1_000);
    expect(lease).toMatchObject({ name: 'other', owner: 'worker-1', expiresAtMs: clock.nowMs + 1_000 });
    expect(await store.lease('other', 'worker-2', 1_000)).toBeUndefined();
    clock.nowMs += 1_001;
    const taken = await store.lease('other', 'worker-2', 1_000);
    expect(taken!.token).toBeGreaterThan(lease!.token);
    expect(await store.lease('other', 'worker-1', 1_000)).toBeUndefined();
  });

  it('are prolonged by their owner, with the same token', async () => {
    const { store, clock } = await open();
    const lease = await store.lease('other', 'worker-1', 1_000);
    clock.nowMs += 900;
    const prolonged = await store.lease('other', 'worker-1', 1_000);
    expect(prolonged).toEqual({ ...lease, expiresAtMs: clock.nowMs + 1_000 });
    clock.nowMs += 900;
    expect(await store.lease('other', 'worker-2', 1_000)).toBeUndefined();
  });

  it('of one name do not hinder those of another', async () => {
    const { store } = await open();
    expect(await store.lease('a', 'worker-1', 1_000)).toBeDefined();
    expect(await store.lease('b', 'worker-2', 1_000)).toBeDefined();
  });

  it('can be given back, and no token is given out twice', async () => {
    const { store } = await open();
    const first = await store.lease('other', 'worker-1', 1_000);
    await store.release(first!);
    const second = await store.lease('other', 'worker-2', 1_000);
    await store.release(first!);
    expect(await store.lease('other', 'worker-3', 1_000)).toBeUndefined();
    await store.release(second!);
    const third = await store.lease('other', 'worker-1', 1_000);
    expect(new Set([first!.token, second!.token, third!.token]).size).toBe(3);
    expect(third!.token).toBeGreaterThan(second!.token);
  });

  it('are kept over a restart', async () => {
    const views = await open();
    const store = await views.reopen();
    expect(await store.lease('projector', 'worker-2', 1_000)).toBeUndefined();
    expect((await store.lease('projector', 'worker-1', 1_000))?.token).toBe(views.lease.token);
  });

  it('that were taken over stop their writer, whatever it writes', async () => {
    const views = await open();
    const { store, clock, lease } = views;
    await views.save(PARTIES, [put('a', { score: 1 })], 10n);
    clock.nowMs += 60_001;
    expect(await store.lease('projector', 'worker-2', 1_000)).toBeDefined();
    await failure(views.save(PARTIES, [put('a', { score: 2 })], 20n), 'LEASE_LOST');
    const changes = [put('a', { score: 2 })];
    await failure(store.fill({ views: [{ view: PARTIES, changes }], position: 20n, lease }), 'LEASE_LOST');
    await failure(store.unpark(PARTIES, 'a', [put('a', { score: 2 })], lease), 'LEASE_LOST');
    await failure(store.swap(PARTIES, lease), 'LEASE_LOST');
    await failure(store.drop(PARTIES, lease), 'LEASE_LOST');
    await store.declare({ ...PARTIES, version: 10_002 });
    await failure(store.build({ ...PARTIES, version: 10_002 }, lease), 'LEASE_LOST');
    expect(await store.get(PARTIES, 'a')).toMatchObject({ doc: { score: 1 }, position: 10n });
  });

  it('that have run out still serve as long as nobody took them over', async () => {
    const views = await open();
    views.clock.nowMs += 60_001;
    await views.save(PARTIES, [put('a', { score: 1 })]);
    expect((await views.store.get(PARTIES, 'a'))?.doc).toEqual({ score: 1 });
  });

  it('that were given back no longer serve', async () => {
    const views = await open();
    await views.store.release(views.lease);
    await failure(views.save(PARTIES, [put('a', {})]), 'LEASE_LOST');
  });
}

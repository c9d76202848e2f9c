import { expect, it } from '@jest/globals';
import type { EventStore, ReadAllOptions, StoredEvent } from '@rapport/ledger';
import { events, failure, idsOf, storesOf, type EventStoreFactory } from './store-under-test.js';

const STREAM = 'relationship/42';

/** A subscription that gathers in the background what it is given. */
function following(store: EventStore, options: ReadAllOptions = {}) {
  const abort = new AbortController();
  const seen: StoredEvent[] = [];
  const run = async (): Promise<void> => {
    for await (const event of store.subscribe(options, abort.signal)) seen.push(event);
  };
  const ended = run();
  ended.catch(() => undefined); // looked at by the specs that expect it
  return { seen, ended, end: () => abort.abort() };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000 && !condition(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}

/** Catching up, then following. */
export function subscribeSpecs(factory: EventStoreFactory): void {
  const open = storesOf(factory);

  it('catches up from the beginning, then follows', async () => {
    const { store } = await open();
    const before = events(1_000);
    await store.append(STREAM, 'none', before);
    const follower = following(store);
    await until(() => follower.seen.length === 1_000);
    const after = events(3);
    await store.append('campaign/1', 'none', after);
    await until(() => follower.seen.length === 1_003);
    expect(idsOf(follower.seen)).toEqual(idsOf([...before, ...after]));
    follower.end();
    await follower.ended;
  });

  it('gives every event exactly once and in order while others append', async () => {
    const { store } = await open();
    const follower = following(store);
    const other = following(store);
    const streams = Array.from({ length: 10 }, (_, index) => `relationship/${index}`);
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        streams.map((stream) => store.append(stream, round === 0 ? 'none' : round * 3 - 1, events(3))),
      );
    }
    await until(() => follower.seen.length >= 600 && other.seen.length >= 600);
    const positions = follower.seen.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => (a < b ? -1 : 1)));
    expect(idsOf(other.seen)).toEqual(idsOf(follower.seen));
    follower.end();
    other.end();
    await Promise.all([follower.ended, other.ended]);
  });

  it('leaves out everything up to the position it starts after', async () => {
    const { store } = await open();
    const { positions } = await store.append(STREAM, 'none', events(5));
    const follower = following(store, { after: positions[2]! });
    const last = await store.append(STREAM, 4, events(1));
    await until(() => follower.seen.length === 3);
    expect(follower.seen.map(({ position }) => position)).toEqual([
      positions[3],
      positions[4],
      last.position,
    ]);
    follower.end();
    await follower.ended;
  });

  it('gives only the types asked for, also of a type that is new', async () => {
    const { store } = await open();
    await store.append(STREAM, 'none', events(3));
    const follower = following(store, { types: ['rapport.new.Kind.v1'] });
    await store.append(STREAM, 2, events(2));
    await store.append(STREAM, 4, events(2, { type: 'rapport.new.Kind.v1' }));
    await until(() => follower.seen.length === 2);
    expect(follower.seen.map(({ revision }) => revision)).toEqual([5, 6]);
    follower.end();
    await follower.ended;
  });

  it('ends without an error when the signal aborts, whether it waits, reads or has not begun', async () => {
    const { store } = await open();
    const waiting = following(store);
    await new Promise((resolve) => setTimeout(resolve, 20));
    waiting.end();
    await waiting.ended;

    await store.append(STREAM, 'none', events(1_000));
    const abort = new AbortController();
    let count = 0;
    for await (const _event of store.subscribe({}, abort.signal)) if (++count === 10) abort.abort();
    expect(count).toBe(10);

    for await (const event of store.subscribe({}, AbortSignal.abort())) expect(event).toBeUndefined();
  });

  it('lets a consumer that throws hear its own error', async () => {
    const { store } = await open();
    await store.append(STREAM, 'none', events(3));
    const consume = async (): Promise<void> => {
      for await (const event of store.subscribe({}, new AbortController().signal)) {
        if (event.revision === 1) throw new Error('indigestible');
      }
    };
    await expect(consume()).rejects.toThrow('indigestible');
  });

  it('says so when the store closes under it, and appends are then refused', async () => {
    const { store } = await open();
    const follower = following(store);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await store.close();
    await failure(follower.ended, 'STORE_UNAVAILABLE');
    await failure(store.append(STREAM, 'none', events(1)), 'STORE_UNAVAILABLE');
  });

  it('finishes what was under way before it closes', async () => {
    const { store, reopen } = await open();
    const appends = Array.from({ length: 20 }, (_, index) =>
      store.append(`relationship/${index}`, 'none', events(2)),
    );
    await store.close();
    await Promise.all(appends);
    expect((await (await reopen()).head()).count).toBe(40);
  });
}

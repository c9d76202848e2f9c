import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { RapportError } from '@rapport/kernel';
import { all, eventStoreDbForTests, failure, sampleEvents } from '@rapport/testing';
import { eventStoreDbStore } from './event-store.js';
import { eventStoreDbEnd } from './server-end.js';

const url = await eventStoreDbForTests();
/** So that what lies on the server from before costs no time. */
const beganAt = url === undefined ? 0n : await eventStoreDbEnd(url);
const newTenant = (): string => `t${randomUUID().replaceAll('-', '')}`;
const opened: { close(): Promise<void> }[] = [];

function open(tenant = newTenant()) {
  const store = eventStoreDbStore({ url: url as string, tenant, beganAt });
  opened.push(store);
  return store;
}

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

(url === undefined ? describe.skip : describe)('a server that others use too', () => {
  it('shows a tenant its own events, whatever lies between them', async () => {
    const [one, other] = [open(), open()];
    const mine = sampleEvents(6);
    for (let at = 0; at < 6; at += 2) {
      await one.append('relationship/1', at === 0 ? 'none' : at - 1, mine.slice(at, at + 2));
      await other.append('relationship/1', at === 0 ? 'none' : at - 1, sampleEvents(2));
    }
    const ids = mine.map(({ id }) => id);
    expect((await all(one.readAll())).map(({ id }) => id)).toEqual(ids);
    expect((await one.head()).count).toBe(6);
    const others = await all(other.readAll());
    expect(await one.readAt(others.map(({ position }) => position))).toEqual([]);
    const followed = await all(one.subscribe({ countMax: 6 }, new AbortController().signal));
    expect(followed.map(({ id }) => id)).toEqual(ids);
  });

  it('is read on from where nothing was found, and misses nothing that comes then', async () => {
    const [one, other] = [open(), open()];
    const { position } = await one.append('relationship/1', 'none', sampleEvents(1));
    for (let round = 0; round < 3; round++) {
      await other.append(`relationship/${round}`, 'none', sampleEvents(3));
      expect(await all(one.readAll({ after: position }))).toEqual([]);
      expect((await one.head()).count).toBe(1);
    }
    const [late] = sampleEvents(1);
    await one.append('relationship/2', 'none', [late!]);
    expect((await all(one.readAll({ after: position }))).map(({ id }) => id)).toEqual([late!.id]);
    expect(await all(one.readAll())).toHaveLength(2);
    expect((await one.head()).count).toBe(2);
  });

  it('gives what comes after a position that is no event of anybody', async () => {
    const store = open();
    const { positions } = await store.append('relationship/1', 'none', sampleEvents(3));
    const between = (positions[0] ?? 0n) + 1n;
    expect((await all(store.readAll({ after: between }))).map(({ revision }) => revision)).toEqual([1, 2]);
    expect(await store.readAt([between])).toEqual([]);
  }, 20_000);

  it('goes on for one store when another of the process is closed', async () => {
    const [one, other] = [open(), open()];
    await Promise.all([one.append('relationship/1', 'none', sampleEvents(1)), other.head()]);
    const appends = Array.from({ length: 50 }, (_, index) =>
      one.append(`campaign/${index}`, 'none', sampleEvents(2)),
    );
    await other.close();
    await Promise.all(appends);
    expect((await one.head()).count).toBe(101);
  });

  it('is not blamed on Rapport when something else wrote to its streams', async () => {
    const tenant = newTenant();
    const client = EventStoreDBClient.connectionString(url as string);
    await client.appendToStream(`${tenant}.relationship-1`, jsonEvent({ type: 'Foreign', data: {} }));
    await client.dispose();
    const error = await failure(all(open(tenant).readAll()), 'STORE_FOREIGN');
    expect(error.message).toContain(`${tenant}.relationship-1`);
  });

  it('says so when there are more followers than a connection holds, and reads on', async () => {
    const store = open();
    const { position } = await store.append('relationship/1', 'none', sampleEvents(1));
    const end = new AbortController();
    const follow = async (): Promise<string> => {
      try {
        for await (const event of store.subscribe({ after: position }, end.signal)) return event.id;
        return 'ended';
      } catch (error) {
        return error instanceof RapportError ? error.code : String(error);
      }
    };
    const followers = Array.from({ length: 60 }, follow);
    expect(await Promise.race(followers)).toBe('OVERLOADED');
    expect((await store.head()).count).toBe(1);
    const [next] = sampleEvents(1);
    await store.append('relationship/1', 0, [next!]);
    const said = await Promise.all(followers);
    expect(said.filter((one) => one === next!.id)).toHaveLength(48);
    expect(said.filter((one) => one === 'OVERLOADED')).toHaveLength(12);
  }, 20_000);

  it('is searched from the beginning when nothing says where a tenant began, or what said so is gone', async () => {
    const tenant = newTenant();
    const store = open(tenant);
    const { position } = await store.append('relationship/1', 'none', sampleEvents(2));
    for (const began of [0n, beganAt + 1n]) {
      const other = eventStoreDbStore({ url: url as string, tenant, beganAt: began });
      opened.push(other);
      expect(await all(other.readAll())).toHaveLength(2);
      expect(await other.head()).toMatchObject({ position, count: 2 });
      const followed = await all(other.subscribe({ countMax: 2 }, new AbortController().signal));
      expect(followed).toHaveLength(2);
    }
  }, 60_000);
});

import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { LedgerMark, LedgerMarks, SaltedEvent } from '@rapport/ledger';
import { SALT_BYTES } from '@rapport/ledger/ports';
import { all, eventStoreDbForTests, failure, sampleEvents } from '@rapport/testing';
import { eventStoreDbStore } from './event-store.js';
import { eventStoreDbEnd } from './server-end.js';

const url = await eventStoreDbForTests();
/** So that what lies on the server from before costs no time. */
const beganAt = url === undefined ? 0n : await eventStoreDbEnd(url);
const newTenant = (): string => `t${randomUUID().replaceAll('-', '')}`;
const opened: { close(): Promise<void> }[] = [];

function open(tenant = newTenant(), marks?: LedgerMarks) {
  const store = eventStoreDbStore({
    url: url as string,
    tenant,
    beganAt,
    ...(marks === undefined ? {} : { marks }),
  });
  opened.push(store);
  return store;
}

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

const marksAt = (mark: LedgerMark): LedgerMarks => ({
  last: async () => mark,
  recordedBy: async (ms) => (mark.recordedAtMs <= ms ? mark : undefined),
});

(url === undefined ? describe.skip : describe)('salts in EventStoreDB', () => {
  it('are chosen with the append, one for each event, and stay', async () => {
    const tenant = newTenant();
    const store = open(tenant);
    const batch = sampleEvents(3);
    const { positions } = await store.append('relationship/1', 'none', batch);
    const salted = await all(store.readSalted({ after: 0n }));
    expect(salted.map(({ id }) => id)).toEqual(batch.map(({ id }) => id));
    expect(new Set(salted.map(({ salt }) => Buffer.from(salt).toString('hex'))).size).toBe(3);
    for (const { salt } of salted) expect(salt).toHaveLength(SALT_BYTES);
    await store.append('relationship/1', 'none', batch); // the first salt stands
    expect(await open(tenant).saltedAt(positions)).toEqual(salted);
  });

  it('come with the events after a position, so many', async () => {
    const store = open();
    const { positions } = await store.append('relationship/1', 'none', sampleEvents(5));
    const some = await all(store.readSalted({ after: positions[1] ?? 0n, countMax: 2 }));
    expect(some.map(({ revision }) => revision)).toEqual([2, 3]);
  });
});

(url === undefined ? describe.skip : describe)('events of another ledger', () => {
  const streams = ['relationship/1', 'campaign/2', 'relationship/1', 'relationship/1', 'campaign/2'];

  function other(): SaltedEvent[] {
    const revisions = new Map<string, number>();
    return sampleEvents(streams.length).map((event, index) => {
      const stream = streams[index] ?? '';
      const revision = (revisions.get(stream) ?? -1) + 1;
      revisions.set(stream, revision);
      return { ...event, stream, revision, position: BigInt(index + 1), salt: randomBytes(SALT_BYTES) };
    });
  }

  const comparable = (events: readonly SaltedEvent[]) =>
    events.map(({ position: _ours, ...rest }) => ({ ...rest, salt: Buffer.from(rest.salt).toString('hex') }));

  it('are taken over with ids, salts and times, in their order, as often as one likes', async () => {
    const store = open();
    const events = other();
    await store.takeOver(events.slice(0, 3));
    await store.takeOver(events);
    await store.takeOver(events);
    expect(comparable(await all(store.readSalted({ after: 0n })))).toEqual(comparable(events));
  });

  it('are refused where something else stands', async () => {
    const store = open();
    const events = other();
    await store.append('campaign/2', 'none', sampleEvents(1));
    await failure(store.takeOver(events), 'WRONG_EXPECTED_REVISION');
    const second = open();
    await second.takeOver(events);
    const changed = events.map((event) => ({ ...event, salt: randomBytes(SALT_BYTES) }));
    await failure(second.takeOver(changed), 'WRONG_EXPECTED_REVISION');
  });
});

(url === undefined ? describe.skip : describe)('marks', () => {
  it('are where counting begins', async () => {
    const tenant = newTenant();
    const { positions } = await open(tenant).append(
      'relationship/1',
      'none',
      sampleEvents(5, { recordedAtMs: 1_000 }),
    );
    const counted = open(
      tenant,
      marksAt({ position: positions[2] ?? 0n, count: 1_003, recordedAtMs: 1_000 }),
    );
    expect(await counted.head()).toEqual({ position: positions[4], count: 1_005, recordedAtMs: 1_000 });
    await counted.append('relationship/1', 4, sampleEvents(1, { recordedAtMs: 3_000 }));
    expect(await counted.head()).toMatchObject({ count: 1_006, recordedAtMs: 3_000 });
    expect(await counted.positionAt(2_000)).toBe(positions[4]);
  });

  it.each([
    ['lies beyond what the server holds', (position: bigint) => position * 2n + 1_000_000_000_000n],
    ['is no place of an event of this tenant', (position: bigint) => position - 1n],
  ])('show that the server was restored to an older state: one that %s', async (_, moved) => {
    const tenant = newTenant();
    const { position } = await open(tenant).append('relationship/1', 'none', sampleEvents(1));
    const store = open(tenant, marksAt({ position: moved(position), count: 1, recordedAtMs: Date.now() }));
    const refused = await failure(store.append('relationship/1', 0, sampleEvents(1)), 'STORE_CORRUPT');
    expect(refused.message).toContain('restored');
    await failure(store.head(), 'STORE_CORRUPT');
    await failure(all(store.readAll()), 'STORE_CORRUPT');
  });

  it('are not needed to see that a follower was further than the server is', async () => {
    const store = open();
    await store.append('relationship/1', 'none', sampleEvents(1));
    const { signal } = new AbortController();
    await failure(all(store.subscribe({ after: 10n ** 15n }, signal)), 'STORE_CORRUPT');
    const { position } = await store.head();
    await failure(all(store.subscribe({ after: position - 1n }, signal)), 'STORE_CORRUPT');
  });
});

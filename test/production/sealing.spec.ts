import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { eventSealer, followedProofLog, headOf, LogFollower, type ProofLog } from '@rapport/ledger';
import { connectMongo, mongoLeafStore, mongoViewStore, type MongoConnection } from '@rapport/store-mongodb';
import { eventStoreDbStore } from '@rapport/store-eventstoredb';
import { all, eventStoreDbForTests, mongoDbForTests, sampleEvents } from '@rapport/testing';
import { contentOf, Ledger, until } from '../seal/followed-ledger.js';

const [eventStoreDb, mongoDb] = await Promise.all([eventStoreDbForTests(), mongoDbForTests()]);
const areThere = eventStoreDb !== undefined && mongoDb !== undefined;
const mongo = areThere
  ? await connectMongo({ url: mongoDb, database: `rapport_spec_${randomUUID()}` })
  : undefined;
afterAll(async () => {
  await mongo?.db.dropDatabase();
  await mongo?.close();
});

// A server that others use has a long log, and a new tenant looks through all of it once.
jest.setTimeout(60_000);

/** A body as the engine writes it, so that its leaf is a real one. */
const bodyOf = (index: number): string =>
  `{"id":"e-${index}","source":"urn:spec","time":"2026-01-31T12:00:00.000Z","data":{"index":${index}}}`;

/** A ledger in EventStoreDB whose leaves are in MongoDB. */
async function open(url: string, connection: MongoConnection) {
  const tenant = `t${randomUUID().replaceAll('-', '')}`;
  const leaves = await mongoLeafStore({ mongo: connection, tenant });
  const events = eventStoreDbStore({ url, tenant, marks: leaves });
  const failures: unknown[] = [];
  const follower = new LogFollower({
    tenant,
    events,
    leaves,
    leases: mongoViewStore({ mongo: connection, tenant }),
    sealer: eventSealer,
    owner: 'worker-1',
    openSigner: async () => undefined,
    onFailure: (error) => void failures.push(error),
  });
  const ending = new AbortController();
  const running = follower.run(ending.signal);
  disposals.push(async () => {
    ending.abort();
    await running;
    await events.close();
    await leaves.close();
  });
  const log: ProofLog = followedProofLog({ leaves, events });
  return { tenant, events, leaves, log, follower, failures };
}

const disposals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose();
});

function newLedger(tenant: string): Ledger {
  const ledger = new Ledger(eventSealer, tenant);
  disposals.push(() => ledger.dispose());
  return ledger;
}

(areThere ? describe : describe.skip)('a ledger in EventStoreDB with its leaves in MongoDB', () => {
  const opened = () => open(eventStoreDb!, mongo!);

  it('is sealed as it grows, and keeps its leaves when it is moved into a file', async () => {
    const { tenant, events, leaves, log, follower, failures } = await opened();
    const streams = ['relationship/42', 'relationship/a-b.c', 'campaign/ü 1'];
    for (let round = 0; round < 20; round++)
      await Promise.all(
        streams.map((stream, index) =>
          events.append(
            stream,
            round === 0 ? 'none' : round * 2 - 1,
            sampleEvents(2).map((event) => ({
              ...event,
              body: bodyOf(round * 3 + index),
              recordedAtMs: event.recordedAtMs + round,
            })),
          ),
        ),
      );
    await until(async () => (await leaves.end()).size === 120);
    expect(await follower.health()).toMatchObject({ isSealing: true, size: 120, lag: 0, refused: undefined });
    const head = await events.head();
    expect(await leaves.end()).toEqual({ size: 120, position: head.position });
    expect(head.count).toBe(120);
    const ledger = newLedger(tenant);
    await ledger.salted.takeOver(await all(events.readSalted({ after: 0n })));
    expect(await contentOf(log)).toEqual(await contentOf(ledger.log));
    expect(await headOf(log, 120)).toEqual(await headOf(ledger.log, 120));
    const indexes = Array.from({ length: 120 }, (_, index) => index);
    expect((await log.sealedAt(indexes)).map(({ leafIndex }) => leafIndex)).toEqual(indexes);
    expect(failures).toEqual([]);
  });

  it('has the leaves that it had in the file it was moved from', async () => {
    const { tenant, events, leaves, log } = await opened();
    const ledger = newLedger(tenant);
    await ledger.add(
      Array.from({ length: 300 }, (_, index) => `relationship/${index % 11}`),
      (index) => ({ body: bodyOf(index) }),
    );
    await events.takeOver(await all(ledger.salted.readSalted({ after: 0n })));
    await until(async () => (await leaves.end()).size === 300);
    expect(await contentOf(log)).toEqual(await contentOf(ledger.log));
    expect(await headOf(log, 300)).toEqual(await headOf(ledger.log, 300));
  });
});

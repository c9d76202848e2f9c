import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { failure, mongoDbForTests } from '@rapport/testing';
import { connectMongo } from './connection.js';
import { databaseUnderTest } from './database-under-test.js';
import { serverClock } from './server-clock.js';
import { mongoDbServer } from './server-probe.js';
import { mongoViewStore } from './view-store.js';

jest.setTimeout(60_000);

const url = await mongoDbForTests();

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that takes connections and never says a word. */
async function silentServer(): Promise<string> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `mongodb://someone:secret@127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

describe('a server that does not answer', () => {
  it.each([
    ['nobody listens', async () => 'mongodb://someone:secret@127.0.0.1:9'],
    ['it is silent', silentServer],
  ])('is STORE_UNAVAILABLE when %s, without the credentials', async (_, address) => {
    const error = await failure(
      connectMongo({ url: await address(), database: 'rapport', patienceMs: 300 }),
      'STORE_UNAVAILABLE',
    );
    expect(error.message).toContain('127.0.0.1');
    expect(error.message).not.toMatch(/secret|someone|Mongo[A-Z][a-z]+Error/);
    await failure(mongoDbServer(await address(), 'rapport', 300), 'STORE_UNAVAILABLE');
  });

  it('is INVALID_CONFIGURATION when its address is none', async () => {
    for (const address of ['', 'http://127.0.0.1', 'mongodb://', 'mongodb://host:port'])
      await failure(
        connectMongo({ url: address, database: 'rapport', patienceMs: 300 }),
        'INVALID_CONFIGURATION',
      );
  });
});

(url === undefined ? describe.skip : describe)('a server that answers', () => {
  it('says its version, its latency, its clock and whether it may be written', async () => {
    const said = await mongoDbServer(url ?? '', 'rapport_spec_probe', 5_000);
    expect(said).toEqual({
      version: expect.stringMatching(/^\d+\.\d+/),
      latencyMs: expect.any(Number),
      clockSkewMs: expect.any(Number),
      canWrite: true,
    });
  });

  it('gives leases by its own clock, whatever the clocks of those who ask', async () => {
    const { mongo, dispose } = await databaseUnderTest(url ?? '');
    const realNow = Date.now;
    try {
      const one = mongoViewStore({ mongo, tenant: 'main' });
      const lease = await one.lease('projector', 'one', 60_000);
      Date.now = () => realNow() + 3_600_000; // the other's clock is an hour ahead
      const other = mongoViewStore({ mongo, tenant: 'main' });
      expect(await other.lease('projector', 'two', 60_000)).toBeUndefined();
      expect(Math.abs((await serverClock(mongo)()) + 60_000 - (lease?.expiresAtMs ?? 0))).toBeLessThan(
        30_000,
      );
    } finally {
      Date.now = realNow;
      await dispose();
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mongoDbForTests } from '@rapport/testing';
import { databaseUnderTest, type DatabaseUnderTest } from './database-under-test.js';
import { mongoTenantRegistry } from './tenant-registry.js';
import { mongoWorkRequests } from './work-requests.js';
import { mongoWorkerRegistry } from './worker-registry.js';

const url = await mongoDbForTests();
const describeOnMongo = url === undefined ? describe.skip : describe;

let database: DatabaseUnderTest;
beforeAll(async () => {
  if (url !== undefined) database = await databaseUnderTest(url);
});
afterAll(async () => {
  if (url !== undefined) await database.dispose();
});

describeOnMongo('the registry of tenants', () => {
  it('gives the tenants by name, and what is known of one', async () => {
    const tenants = mongoTenantRegistry(database.mongo);
    expect(await tenants.find('main')).toBeUndefined();
    const beyondDoubles = 2n ** 53n + 1n;
    await tenants.register({ tenant: 'main', origin: beyondDoubles });
    await tenants.register({ tenant: 'acme', origin: 0n });
    expect(await tenants.find('main')).toEqual({ tenant: 'main', origin: beyondDoubles });
    expect((await tenants.all()).map(({ tenant }) => tenant)).toEqual(['acme', 'main']);
  });

  it('lets the first stand of several processes that register a tenant at once', async () => {
    const processes = [database.mongo, await database.another(), await database.another()];
    const standing = await Promise.all(
      processes.map((mongo, at) =>
        mongoTenantRegistry(mongo).register({ tenant: 'bolt', origin: BigInt(at) }),
      ),
    );
    expect(new Set(standing.map(({ origin }) => origin)).size).toBe(1);
  });
});

describeOnMongo('the registry of workers', () => {
  it('tells of those that tell of themselves, until they leave', async () => {
    const workers = mongoWorkerRegistry(database.mongo);
    await workers.beat({ owner: 'one', holds: ['main'] });
    await workers.beat({ owner: 'one', holds: [] });
    expect(await workers.beat({ owner: 'two', holds: ['main'], looksAfter: ['main'] })).toEqual([
      { owner: 'one', beats: 2, holds: [] },
      { owner: 'two', beats: 1, holds: ['main'], looksAfter: ['main'] },
    ]);
    await workers.leave('one');
    expect((await workers.beat({ owner: 'two', holds: [] })).map(({ owner }) => owner)).toEqual(['two']);
  });
});

describeOnMongo('requests to a worker', () => {
  it('are taken in the order in which they were asked, told of, and taken away', async () => {
    const requests = mongoWorkRequests({ mongo: database.mongo, tenant: 'order' });
    const first = await requests.ask({ op: 'rebuild', names: ['timeline'] });
    await new Promise((later) => setTimeout(later, 5));
    const second = await requests.ask({ op: 'seal' });
    expect(await requests.look(first)).toEqual({ state: 'asked' });
    expect(await requests.take([])).toEqual({ id: first, work: { op: 'rebuild', names: ['timeline'] } });
    expect((await requests.take([first]))?.id).toBe(second);
    expect(await requests.take([first, second])).toBeUndefined();
    const progress = { done: 1, total: 2, eventsPerSecond: 3, etaSeconds: 4 };
    expect(await requests.tell(first, { state: 'running', progress })).toBe(true);
    expect(await requests.look(first)).toEqual({ state: 'running', progress });
    await requests.remove(first);
    expect([await requests.look(first), await requests.tell(first, { state: 'asked' })]).toEqual([
      undefined,
      false,
    ]);
  });

  it('give back what is parked, positions beyond 2^53 and odd keys included', async () => {
    const requests = mongoWorkRequests({ mongo: database.mongo, tenant: 'parked' });
    const work = { op: 'retry', view: 'signals', key: '$where.__proto__' } as const;
    const id = await requests.ask(work);
    expect(await requests.take([])).toEqual({ id, work });
    const one = { key: 'a.b', position: 2n ** 53n + 1n, error: 'TypeError', waiting: 2 };
    const parked = [{ ...one, view: 'signals', version: 10_001 }];
    await requests.tell(id, { state: 'done', parked });
    expect(await requests.look(id)).toEqual({ state: 'done', parked });
  });

  it('that a worker left unanswered are begun again, and those that are old are taken away', async () => {
    const requests = mongoWorkRequests({ mongo: database.mongo, tenant: 'left' });
    const id = await requests.ask({ op: 'seal' });
    await requests.take([]);
    expect((await requests.take([]))?.id).toBe(id);
    await requests.removeOlderThan(60_000);
    expect(await requests.look(id)).toBeDefined();
    await requests.removeOlderThan(-60_000);
    expect(await requests.look(id)).toBeUndefined();
  });
});

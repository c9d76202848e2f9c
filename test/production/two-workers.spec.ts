import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startServer, type RunningServer } from '@rapport/api';
import { openRapport, startWorker, type RunningWorker } from '@rapport/profiles';
import { freshProduction, serversForTests, type FreshProduction } from './fresh-production.js';
import { embeddedHash, recordAll, settledState, touchpoints } from './recorded-sales.js';
import { until } from './started-process.js';

jest.setTimeout(300_000);
const describeOnServers = (await serversForTests()) === undefined ? describe.skip : describe;

const HOUR_MS = 3_600_000;

describeOnServers('two workers', () => {
  let production: FreshProduction;
  let server: RunningServer;
  let workers: RunningWorker[] = [];
  const failures: unknown[] = [];
  const work = async (now: () => number = Date.now): Promise<RunningWorker> => {
    const worker = await startWorker({ ...production.configuration, now }, (error) => failures.push(error));
    workers.push(worker);
    return worker;
  };
  const holds = async (worker: RunningWorker): Promise<readonly string[]> =>
    (await worker.health()).holds.map(({ tenant }) => tenant).sort();
  beforeEach(async () => {
    production = await freshProduction();
    failures.length = 0;
  });
  afterEach(async () => {
    await server.close();
    await Promise.all(workers.map((worker) => worker.close()));
    workers = [];
    await production.drop();
  });

  it('share the tenants out, and one takes them all when the other has stopped', async () => {
    const first = await work();
    server = await startServer({ rapport: await openRapport(production.configuration, 'serve') });
    for (const tenant of ['acme', 'bolt', 'corp']) await recordAll(server.url, touchpoints(20), { tenant });
    const all = ['acme', 'bolt', 'corp', 'main'];
    await until('one worker holds all', async () => (await holds(first)).length === all.length);
    const second = await work();
    await until('both hold two', async () => {
      const [ofFirst, ofSecond] = [await holds(first), await holds(second)];
      return ofFirst.length === 2 && ofSecond.length === 2;
    });
    expect([...(await holds(first)), ...(await holds(second))].sort()).toEqual(all);
    await first.close();
    await until('the other one holds all', async () => (await holds(second)).length === all.length);
    for (const tenant of ['acme', 'bolt', 'corp'])
      expect(await settledState(production.configuration, tenant)).toMatchObject({ count: 21, leaves: 21 });
    expect(failures).toEqual([]);
  });

  it('with clocks apart, that take the views from each other again and again, apply nothing twice', async () => {
    server = await startServer({ rapport: await openRapport(production.configuration, 'serve') });
    const events = touchpoints(600);
    const recording = recordAll(server.url, events, { batch: 5 });
    const clocks = [() => Date.now() + HOUR_MS, () => Date.now() - HOUR_MS];
    for (let round = 0; round < 4; round++) {
      const next = await work(clocks[round % 2]);
      await until('it holds the tenant', async () => {
        const before = workers.at(-2);
        if (before !== undefined && before !== next) await before.close();
        return (await holds(next)).length === 1;
      });
    }
    await recording;
    expect(await settledState(production.configuration)).toEqual({
      hash: await embeddedHash(events),
      count: 601,
      leaves: 601,
    });
    expect(failures).toEqual([]);
  });

  it('rebuild when a server asks, and the one that takes over goes on with what was asked', async () => {
    const first = await work();
    server = await startServer({ rapport: await openRapport(production.configuration, 'serve') });
    await recordAll(server.url, touchpoints(200));
    const rapport = await openRapport(production.configuration, 'write');
    try {
      const ledger = await rapport.ledger('main');
      await ledger.waitFor((await ledger.head()).position, 60_000);
      const before = await ledger.hash();
      const told: number[] = [];
      const rebuilding = ledger.rebuild(undefined, (_view, { done }) => told.push(done));
      const second = await work();
      await first.close();
      await rebuilding;
      expect((await ledger.hash()).all).toBe(before.all);
      expect((await holds(second)).length).toBe(1);
      await expect(ledger.retry('timeline')).resolves.toEqual([]);
    } finally {
      await rapport.close();
    }
  });

  it('leave what is asked of nobody to whoever comes, and say so when nobody does', async () => {
    server = await startServer({ rapport: await openRapport(production.configuration, 'serve') });
    const rapport = await openRapport(production.configuration, 'write');
    try {
      const ledger = await rapport.ledger('main');
      await expect(ledger.retry('timeline')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      const asked = ledger.rebuild('timeline');
      await work();
      await asked;
    } finally {
      await rapport.close();
    }
  });
});

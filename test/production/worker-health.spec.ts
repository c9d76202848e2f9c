import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openRapport, type Rapport } from '@rapport/profiles';
import { serveWorker, type ServedWorker } from '@rapport/worker';
import { freshProduction, serversForTests, type FreshProduction } from './fresh-production.js';
import { touchpoints } from './recorded-sales.js';
import { until } from './started-process.js';

jest.setTimeout(120_000);
const describeOnServers = (await serversForTests()) === undefined ? describe.skip : describe;

describeOnServers('the health of a worker', () => {
  let production: FreshProduction;
  let worker: ServedWorker;
  let rapport: Rapport;
  beforeAll(async () => {
    production = await freshProduction();
    worker = await serveWorker(production.configuration, { host: '127.0.0.1', port: 0 });
    rapport = await openRapport(production.configuration, 'write');
  });
  afterAll(async () => {
    await rapport.close();
    await worker.close();
    await production.drop();
  });

  const readiness = async (): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await fetch(`${worker.url}/readyz`);
    return { status: answer.status, ...((await answer.json()) as object) };
  };

  it('is good before there is anything to do, and tells of every tenant that it takes up', async () => {
    expect(await readiness()).toMatchObject({ status: 200, ready: true, tenants: 0, tenantsHeld: 0 });
    const ledger = await rapport.ledger('main');
    await ledger.record(touchpoints(10));
    await ledger.waitFor((await ledger.head()).position, 60_000);
    await until('the worker tells of its tenant', async () => (await readiness())['tenantsHeld'] === 1);
    await until('everything has a leaf', async () => (await readiness())['sealLagEvents'] === 0);
    expect(await readiness()).toMatchObject({
      ...{ ready: true, workers: 1, tenants: 1, viewLagEvents: 0, parked: 0 },
      ...{ tenantsStalled: 0, tenantsRefused: 0, tenantsFailing: 0 },
    });
  });

  it('can be scraped, and names no tenant', async () => {
    const answer = await fetch(`${worker.url}/metrics`);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toMatch(/^rapport_worker_tenants_held 1$/m);
    expect(text).not.toContain('main');
  });

  it('is asked at three addresses and no other', async () => {
    expect((await fetch(`${worker.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${worker.url}/v1/events`)).status).toBe(404);
  });
});

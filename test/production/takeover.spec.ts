import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { freshProduction, serversForTests, type FreshProduction } from './fresh-production.js';
import { embeddedHash, recordAll, settledState, touchpoints } from './recorded-sales.js';
import { startedApi, startedWorker, until, type StartedProcess } from './started-process.js';

jest.setTimeout(300_000);
const describeOnServers = (await serversForTests()) === undefined ? describe.skip : describe;

const EVENTS = 900;
/** The rules that come with Rapport are the first event of a ledger. */
const ALL = EVENTS + 1;

describeOnServers('a worker that is gone', () => {
  let production: FreshProduction;
  let processes: StartedProcess[] = [];
  const start = async (starting: Promise<StartedProcess>): Promise<StartedProcess> => {
    const one = await starting;
    processes.push(one);
    return one;
  };
  beforeEach(async () => {
    production = await freshProduction();
  });
  afterEach(async () => {
    await Promise.all(processes.map((one) => one.kill()));
    processes = [];
    await production.drop();
  });

  const held = async ({ url }: StartedProcess): Promise<number> => {
    const { tenantsHeld } = (await (await fetch(`${url}/readyz`)).json()) as { tenantsHeld: number };
    return tenantsHeld;
  };

  it('is followed by another one within seconds, killed in the middle of a batch, and no event is applied twice', async () => {
    const first = await start(startedWorker(production.environment));
    const api = await start(startedApi(production.environment));
    await until('the first worker holds the tenant', async () => (await held(first)) === 1);
    const second = await start(startedWorker(production.environment));
    const events = touchpoints(EVENTS);
    const recording = recordAll(api.url, events);
    recording.catch(() => undefined); // heard of below
    await until('the views have begun to move', async () => (await fetch(`${api.url}/v1/parties/p-1`)).ok);
    await first.kill();
    await recording;
    await until('the second worker holds the tenant', async () => (await held(second)) === 1);
    expect(await settledState(production.configuration)).toEqual({
      hash: await embeddedHash(events),
      count: ALL,
      leaves: ALL,
    });
    expect([await second.stop(), await api.stop()]).toEqual([0, 0]);
  });

  it('is followed by another one while it is frozen, and does no harm when it comes back', async () => {
    const first = await start(startedWorker(production.environment));
    const api = await start(startedApi(production.environment));
    await until('the first worker holds the tenant', async () => (await held(first)) === 1);
    const second = await start(startedWorker(production.environment));
    const events = touchpoints(EVENTS);
    await recordAll(api.url, events.slice(0, EVENTS / 3));
    first.freeze();
    await recordAll(api.url, events.slice(EVENTS / 3, (2 * EVENTS) / 3));
    await until('the second worker holds the tenant', async () => (await held(second)) === 1);
    first.thaw();
    await recordAll(api.url, events.slice((2 * EVENTS) / 3));
    expect(await settledState(production.configuration)).toEqual({
      hash: await embeddedHash(events),
      count: ALL,
      leaves: ALL,
    });
    await until('one of them alone holds it', async () => (await held(first)) + (await held(second)) === 1);
    expect([await first.stop(), await second.stop(), await api.stop()]).toEqual([0, 0, 0]);
  });

  it('that stops in order gives back what it holds at once', async () => {
    const first = await start(startedWorker(production.environment));
    const api = await start(startedApi(production.environment));
    await until('the first worker holds the tenant', async () => (await held(first)) === 1);
    const second = await start(startedWorker({ ...production.environment, RAPPORT_LEASE_MS: '60000' }));
    await recordAll(api.url, touchpoints(100));
    expect(await first.stop()).toBe(0);
    await until('the second worker holds the tenant', async () => (await held(second)) === 1, 20_000);
    expect(await second.stop()).toBe(0);
    expect(await api.stop()).toBe(0);
  });
});

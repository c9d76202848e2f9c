import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventStoreDbStarter, mongoDbStarter } from '@rapport/testing';
import { ChaosFollower } from './chaos-follower.js';
import { ChaosInstallation } from './chaos-installation.js';
import { ChaosLoad } from './chaos-load.js';
import { until, type StartedProcess } from './started-process.js';

jest.setTimeout(600_000);

const [eventStoreDb, mongoDb] = [eventStoreDbStarter(), mongoDbStarter()];
const canRun = eventStoreDb !== undefined && mongoDb !== undefined;

/** RAPPORT_CHAOS=long leaves servers away for a minute, and records more. */
const IS_LONG = process.env['RAPPORT_CHAOS'] === 'long';
const GONE_MS = IS_LONG ? 60_000 : 8_000;
/** Longer than anything is waited for, so that callers and workers are told. */
const FROZEN_MS = IS_LONG ? 40_000 : 15_000;
const SOME = IS_LONG ? 1_000 : 60;
const HOUR_MS = 3_600_000;

/** One installation, whose processes live through all of it; every spec has a tenant of its own. */
(canRun ? describe : describe.skip)('a server and a worker under load', () => {
  let installation: ChaosInstallation;
  let load: ChaosLoad | undefined;
  let follower: ChaosFollower | undefined;
  let tenants = 0;
  beforeAll(async () => {
    installation = await ChaosInstallation.start({
      eventStoreDb: eventStoreDb as string,
      mongoDb: mongoDb as string,
    });
    await installation.startWorker();
    await installation.startApi();
  });
  afterAll(() => installation.remove());
  afterEach(async () => {
    // Also when something was not as expected.
    await follower?.stop();
    await load?.stop();
  });

  /** Lets a load run through a disturbance, then looks at everything. */
  async function through(disturb: (load: ChaosLoad) => Promise<void>): Promise<ChaosLoad> {
    const tenant = `chaos_${++tenants}`;
    const running = (load = new ChaosLoad(installation.url, tenant));
    await running.goesOn(SOME);
    const following = (follower = new ChaosFollower(installation.url, tenant));
    await disturb(running);
    await running.goesOn(SOME);
    await running.stop();
    await installation.expectWhole(tenant, running, following);
    return running;
  }

  const holds = async ({ url }: StartedProcess): Promise<number> => {
    const { tenantsHeld } = (await (await fetch(`${url}/readyz`)).json()) as { tenantsHeld: number };
    return tenantsHeld;
  };

  it('lose nothing and double nothing when EventStoreDB is killed and started again', async () => {
    await through(async () => {
      await installation.events.end('SIGKILL');
      await sleep(1_000);
      await installation.events.start();
    });
  });

  it('lose nothing and double nothing when EventStoreDB stops in order and starts again', async () => {
    await through(async () => {
      await installation.events.end('SIGTERM');
      await installation.events.start();
    });
  });

  it.each([
    ['EventStoreDB', () => installation.events],
    ['MongoDB', () => installation.mongo],
  ] as const)('answer every caller while %s is frozen, and go on when it thaws', async (_name, server) => {
    await through(async () => {
      server().signal('SIGSTOP');
      await sleep(FROZEN_MS);
      server().signal('SIGCONT');
    });
  });

  it('answer every caller while MongoDB is gone for long, go on recording, and catch up', async () => {
    await through(async (running) => {
      await installation.mongo.end('SIGKILL');
      await running.goesOn(SOME);
      await sleep(GONE_MS);
      await installation.mongo.start();
    });
  });

  it('lose nothing and double nothing when connections are cut in the middle of appends and saves', async () => {
    await through(async (running) => {
      for (let time = 0; time < 6; time++) {
        const wires = [installation.eventsWire, installation.mongoWire];
        for (const wire of time % 3 === 2 ? wires : wires.slice(time % 2, (time % 2) + 1)) wire.cut();
        await running.goesOn(20);
      }
    });
  });

  it('lose nothing and double nothing when the server is killed in the middle of an ingest', async () => {
    await through(async (running) => {
      for (let time = 0; time < 2; time++) {
        await running.until('an ingest has begun', () => running.ingested > 0);
        running.mayBreak = true;
        await installation.kill(installation.api as StartedProcess);
        await installation.startApi();
        running.mayBreak = false;
        await running.goesOn(20);
      }
    });
  });

  it('apply nothing twice when MongoDB is slow and the worker is killed in the middle of a batch', async () => {
    await through(async (running) => {
      installation.mongoWire.slow(40);
      await running.goesOn(SOME);
      await installation.kill(installation.workers[0] as StartedProcess);
      await running.goesOn(SOME);
      await installation.startWorker();
      await running.goesOn(SOME);
      installation.mongoWire.slow(0);
    });
  });

  it('apply nothing twice when workers whose clocks are apart fight for the leases', async () => {
    await installation.stop(installation.workers[0] as StartedProcess);
    const fighters = [await installation.startWorker(HOUR_MS), await installation.startWorker(-HOUR_MS)];
    const [ahead, behind] = fighters as [StartedProcess, StartedProcess];
    await through(async (running) => {
      for (const [frozen, other] of [[ahead, behind] as const, [behind, ahead] as const]) {
        frozen.freeze();
        await until('the other one holds all', async () => (await holds(other)) === tenants + 1);
        await running.goesOn(SOME / 2);
        frozen.thaw();
        await running.goesOn(SOME / 2);
      }
    });
  });

  it('stop in order after all that', async () => {
    const { api, workers } = installation;
    for (const one of [api as StartedProcess, ...workers]) await installation.stop(one);
    installation.expectCalm();
    expect(installation.workers).toEqual([]);
  });
});

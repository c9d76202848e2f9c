import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { JsonObject } from '@rapport/kernel';
import { configurationOf, type ProductionConfiguration } from '@rapport/profiles';
import { eventStoreDbStarter, mongoDbStarter, OwnServer } from '@rapport/testing';
import { embeddedHash, settledState, touchpoints } from './recorded-sales.js';
import { startedApi, startedWorker, until, type StartedProcess } from './started-process.js';

jest.setTimeout(900_000);
const eventStoreDbCommand = eventStoreDbStarter();
const mongoDbCommand = mongoDbStarter();
const canRun = eventStoreDbCommand !== undefined && mongoDbCommand !== undefined;
const describeWithStarters = canRun ? describe : describe.skip;

/** How long MongoDB is gone: with RAPPORT_CHAOS=long the minute that operators fear. */
const GONE_MS = process.env['RAPPORT_CHAOS'] === 'long' ? 60_000 : 8_000;
/** Every caller is answered within this: the server's own time-outs are shorter. */
const ANSWER_MS_MAX = 60_000;

describeWithStarters('servers that go away under load (skipped: no commands that start some)', () => {
  let folder: string;
  let events: OwnServer;
  let views: OwnServer;
  let configuration: ProductionConfiguration;
  let processes: StartedProcess[] = [];
  let api: StartedProcess;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rapport-gone-'));
    events = await OwnServer.start(eventStoreDbCommand ?? '');
    views = await OwnServer.start(mongoDbCommand ?? '');
    const environment = {
      RAPPORT_PROFILE: 'production',
      RAPPORT_EVENTSTOREDB: `esdb://127.0.0.1:${events.port}?tls=false`,
      RAPPORT_MONGODB: `mongodb://127.0.0.1:${views.port}`,
      RAPPORT_KEYS: join(folder, 'secrets'),
      RAPPORT_LEASE_MS: '3000',
      RAPPORT_DRAIN_MS: '0',
      RAPPORT_WORKER_PORT: '0',
    };
    const read = configurationOf(environment);
    if (read.profile !== 'production') throw new Error('the profile of the specs is another one');
    configuration = read;
    processes = [await startedWorker(environment)];
    api = await startedApi(environment);
    processes.push(api);
  });
  afterEach(async () => {
    await Promise.all(processes.map((one) => one.kill()));
    for (const server of [events, views]) await server.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Records one after the other, each until it is acknowledged, as a client does; gives how many tries were refused. */
  async function record(all: readonly JsonObject[], isOver: () => boolean): Promise<number> {
    let refusals = 0;
    for (const event of all) {
      for (let acknowledged = false; !acknowledged;) {
        const answer = await fetch(`${api.url}/v1/events`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/cloudevents+json' },
          body: JSON.stringify(event),
          signal: AbortSignal.timeout(ANSWER_MS_MAX), // a hang fails the spec
        });
        await answer.arrayBuffer();
        acknowledged = answer.ok;
        if (answer.ok) continue;
        expect([503, 504]).toContain(answer.status);
        refusals++;
        if (isOver()) throw new Error(`refused with ${answer.status} although the servers are back`);
        await sleep(200);
      }
    }
    return refusals;
  }

  async function survives(trouble: () => Promise<void>): Promise<void> {
    const all = touchpoints(600);
    let overSince = Infinity;
    const loads = [0, 1, 2].map((start) =>
      record(
        all.filter((_, at) => at % 3 === start),
        () => performance.now() - overSince > ANSWER_MS_MAX,
      ),
    );
    const recording = Promise.all(loads);
    recording.catch(() => undefined); // heard of below
    await until('something is recorded', async () => (await fetch(`${api.url}/v1/parties/p-1`)).ok);
    await trouble();
    overSince = performance.now();
    await recording;
    expect(await settledState(configuration)).toEqual({
      hash: await embeddedHash(all),
      count: 601,
      leaves: 601,
    });
    for (const one of [...processes].reverse()) expect(await one.stop()).toBe(0);
  }

  it('MongoDB gone for a while: nothing acknowledged is lost, nothing is doubled, and the views converge', () =>
    survives(async () => {
      await views.end('SIGKILL');
      await sleep(GONE_MS);
      await views.start();
    }));

  it('EventStoreDB killed and started again', () =>
    survives(async () => {
      await events.end('SIGKILL');
      await sleep(2_000);
      await events.start();
    }));

  it('both frozen one after the other, longer than leases and time-outs last', () =>
    survives(async () => {
      for (const server of [events, views]) {
        server.signal('SIGSTOP');
        await sleep(7_000);
        server.signal('SIGCONT');
        await sleep(2_000);
      }
    }));
});

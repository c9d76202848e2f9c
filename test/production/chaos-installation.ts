import { expect } from '@jest/globals';
import { openRapport, verifyStore, type ProductionConfiguration } from '@rapport/profiles';
import { eventStoreDbStore } from '@rapport/store-eventstoredb';
import { all, OwnServer } from '@rapport/testing';
import type { ChaosFollower } from './chaos-follower.js';
import type { ChaosLoad } from './chaos-load.js';
import { Wire } from './cut-connections.js';
import { freshProduction, type FreshProduction } from './fresh-production.js';
import { embeddedHash, settledState } from './recorded-sales.js';
import { startedApi, startedWorker, type StartedProcess } from './started-process.js';

const SIGNED_MS_MAX = 60_000;
/** What a process says of its background when a server does not answer it, or another worker has taken over. */
const EXPECTED_LINE = /^\S+Z (STORE_UNAVAILABLE|LEASE_LOST): |^\{"url":|^\S+Z Stop|^Stop/;

/** Servers of its own, with wires before them, and processes of Rapport that reach them by those alone. */
export class ChaosInstallation {
  api: StartedProcess | undefined;
  /** Where the API is, also once it was started again. */
  url = '';
  readonly workers: StartedProcess[] = [];
  private readonly ended: StartedProcess[] = [];

  private constructor(
    readonly events: OwnServer,
    readonly mongo: OwnServer,
    readonly eventsWire: Wire,
    readonly mongoWire: Wire,
    private readonly production: FreshProduction,
  ) {}

  /** @param starters commands that start an EventStoreDB and a MongoDB */
  static async start(starters: {
    readonly eventStoreDb: string;
    readonly mongoDb: string;
  }): Promise<ChaosInstallation> {
    const [events, mongo] = await Promise.all([
      OwnServer.start(starters.eventStoreDb),
      OwnServer.start(starters.mongoDb),
    ]);
    const [eventsWire, mongoWire] = await Promise.all(
      [events, mongo].map(({ port }) => Wire.to('127.0.0.1', port)),
    );
    const production = await freshProduction(
      { RAPPORT_LEASE_MS: '1500' },
      {
        eventStoreDb: `esdb://127.0.0.1:${events.port}?tls=false`,
        mongoDb: `mongodb://127.0.0.1:${mongo.port}`,
      },
    );
    return new ChaosInstallation(events, mongo, eventsWire as Wire, mongoWire as Wire, production);
  }

  /** By which the servers are reached without a wire. */
  get configuration(): ProductionConfiguration {
    return this.production.configuration;
  }

  async startApi(): Promise<StartedProcess> {
    this.api = await startedApi(this.environment(), this.url === '' ? 0 : Number(new URL(this.url).port));
    this.url = this.api.url;
    return this.api;
  }

  /** @param clockShiftMs how far its clock is off */
  async startWorker(clockShiftMs = 0): Promise<StartedProcess> {
    const shifted = {
      NODE_OPTIONS: `--import ${new URL('./shifted-clock.mjs', import.meta.url).href}`,
      RAPPORT_SPEC_CLOCK_SHIFT_MS: String(clockShiftMs),
    };
    const worker = await startedWorker({ ...this.environment(), ...(clockShiftMs === 0 ? {} : shifted) });
    this.workers.push(worker);
    return worker;
  }

  /** Kills a process without warning. */
  async kill(one: StartedProcess): Promise<void> {
    await one.kill();
    this.ended.push(one);
    const at = this.workers.indexOf(one);
    if (at >= 0) this.workers.splice(at, 1);
    if (this.api === one) this.api = undefined;
  }

  /** Stops a process in order. */
  async stop(one: StartedProcess): Promise<void> {
    expect(await one.stop()).toBe(0);
    await this.kill(one);
  }

  /** Looks whether a tenant holds what callers were told, once each, and all that follows from it. */
  async expectWhole(tenant: string, load: ChaosLoad, follower: ChaosFollower): Promise<void> {
    expect(load.faults).toEqual([]);
    expect(load.acknowledged.size).toBe(load.sent.length);
    await this.expectRecordedOnce(tenant, load);
    const count = load.sent.length + 1; // the rules that a ledger begins with
    expect(await settledState(this.configuration, tenant)).toEqual({
      hash: await embeddedHash(load.sent),
      count,
      leaves: count,
    });
    await this.expectVerified(tenant, count);
    await expectFollowed(follower, load, count);
    this.expectCalm();
  }

  /** Looks whether the processes live, and have said nothing but what was to be expected of them. */
  expectCalm(): void {
    const living = [...this.workers, ...(this.api === undefined ? [] : [this.api])];
    expect(living.map((one) => one.hasEnded())).toEqual(living.map(() => false));
    const said = [...living, ...this.ended].flatMap((one) => one.said().split('\n'));
    expect(said.filter((line) => line !== '' && !EXPECTED_LINE.test(line))).toEqual([]);
  }

  async remove(): Promise<void> {
    const living = [...this.workers, ...(this.api === undefined ? [] : [this.api])];
    await Promise.all(living.map((one) => one.kill()));
    await Promise.all([this.eventsWire.close(), this.mongoWire.close()]);
    try {
      await this.production.drop();
    } finally {
      await Promise.all([this.events.remove(), this.mongo.remove()]);
    }
  }

  private async expectRecordedOnce(tenant: string, load: ChaosLoad): Promise<void> {
    const { eventStoreDb: url, eventStoreDbPrefix: prefix = '' } = this.configuration;
    const store = eventStoreDbStore({ url, tenant: `${prefix}${tenant}` });
    try {
      const there: [id: string, at: { stream: string; position: string }][] = [];
      for (const stream of new Set([...load.acknowledged.values()].map((one) => one.stream)))
        for (const { id, position } of await all((await store.readStream(stream)).events))
          there.push([id, { stream, position: String(position) }]);
      expect(there.length).toBe(load.sent.length); // nothing doubled
      expect(new Map(there)).toEqual(load.acknowledged); // nothing lost, and nothing moved
    } finally {
      await store.close();
    }
  }

  private async expectVerified(tenant: string, count: number): Promise<void> {
    const rapport = await openRapport(this.configuration, 'read');
    try {
      const ledger = await rapport.ledger(tenant);
      await ledger.log.published((await ledger.head()).position, SIGNED_MS_MAX);
    } finally {
      await rapport.close();
    }
    const { events, head, views } = await verifyStore({ ...this.configuration, tenant, damagesMax: 5 });
    expect(events).toMatchObject({ damages: [], events: count });
    expect(head?.size).toBe(count);
    expect({ damage: views?.damage, notCompared: views?.notCompared }).toEqual({});
  }

  private environment(): Readonly<Record<string, string>> {
    return {
      ...this.production.environment,
      RAPPORT_EVENTSTOREDB: `esdb://127.0.0.1:${this.eventsWire.port}?tls=false`,
      RAPPORT_MONGODB: `mongodb://127.0.0.1:${this.mongoWire.port}`,
    };
  }
}

/** Looks whether a follower was shown every event once, in order. */
async function expectFollowed(follower: ChaosFollower, load: ChaosLoad, count: number): Promise<void> {
  await follower.reaches(count);
  await follower.stop();
  const [, ...positions] = follower.positions; // the first are the rules
  const there = [...load.acknowledged.values()].map(({ position }) => BigInt(position));
  expect(positions).toEqual(there.sort((a, b) => (a < b ? -1 : 1)).map(String));
}

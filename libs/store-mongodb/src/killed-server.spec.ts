import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Lease, ViewShape, ViewStore } from '@rapport/ledger';
import { mongoDbStarter, OwnServer } from '@rapport/testing';
import { connectMongo, type MongoConnection } from './connection.js';
import { mongoViewStore } from './view-store.js';

jest.setTimeout(240_000);

const command = mongoDbStarter();

const SUMS: ViewShape = { name: 'sums', version: 1, shape: 'tally', fields: [] };
const KEYS = 50;
const ROUNDS = 60;

(command === undefined ? describe.skip : describe)(
  'a MongoDB that is killed or frozen under a writer',
  () => {
    let server: OwnServer | undefined;
    let opened: MongoConnection | undefined;
    afterEach(async () => {
      await opened?.close();
      await server?.remove();
    });

    /** What a projector does: reads what stands, adds to it, saves, and looks again where it is after a failure. */
    const feed = async (store: ViewStore, lease: Lease, until: number): Promise<void> => {
      const keys = Array.from({ length: KEYS }, (_, key) => `k${key}`);
      for (;;) {
        const [version] = await store.versions('sums');
        const round = Number(version?.checkpoint ?? 0n);
        if (round >= until) return;
        const stored = new Map((await store.load(SUMS, keys)).map(({ key, doc }) => [key, Number(doc['n'])]));
        const changes = keys.map((key) => ({
          op: 'put' as const,
          key,
          doc: { n: (stored.get(key) ?? 0) + 1 },
          fence: '',
          fields: {},
        }));
        await store.save({
          views: [{ view: SUMS, changes }],
          checkpoint: BigInt(round + 1),
          events: 1,
          lease,
        });
      }
    };

    it.each(['SIGKILL', 'SIGSTOP'] as const)('counts every batch once all the same: %s', async (signal) => {
      const own = (server = await OwnServer.start(command as string));
      const mongo = await connectMongo({
        url: `mongodb://127.0.0.1:${own.port}`,
        database: 'rapport',
        patienceMs: 60_000,
      });
      opened = mongo;
      const store = mongoViewStore({ mongo, tenant: 'main' });
      const lease = (await store.lease('projector', 'spec', 600_000)) as Lease;
      await store.declare(SUMS);
      await store.build(SUMS, lease);
      await store.swap(SUMS, lease);
      const fed = feed(store, lease, ROUNDS);
      for (let times = 0; times < 3; times++) {
        await sleep(300 + 200 * times);
        if (signal === 'SIGSTOP') own.signal(signal);
        else await own.end(signal);
        await sleep(500);
        if (signal === 'SIGSTOP') own.signal('SIGCONT');
        else await own.start();
      }
      await fed;
      const sums = await store.load(
        SUMS,
        Array.from({ length: KEYS }, (_, key) => `k${key}`),
      );
      expect(sums.map(({ doc }) => doc['n'])).toEqual(Array.from({ length: KEYS }, () => ROUNDS));
    });
  },
);

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openRapport, startWorker, type Rapport, type RunningWorker } from '@rapport/profiles';
import type { JsonObject } from '@rapport/kernel';
import { connectMongo } from '@rapport/store-mongodb';
import { inquiry } from '../e2e/touchpoints.js';
import { freshProduction, serversForTests, type FreshProduction } from './fresh-production.js';

jest.setTimeout(120_000);
const describeOnServers = (await serversForTests()) === undefined ? describe.skip : describe;

const WAIT_MS_MAX = 60_000;

describeOnServers('a production whose database of views is lost', () => {
  let production: FreshProduction;
  let worker: RunningWorker | undefined;
  let rapport: Rapport | undefined;
  beforeEach(async () => {
    production = await freshProduction();
  });
  afterEach(async () => {
    await stop();
    await production.drop();
  });

  const start = async (): Promise<Rapport> => {
    worker = await startWorker(production.configuration);
    rapport = await openRapport(production.configuration, 'serve');
    return rapport;
  };
  const stop = async (): Promise<void> => {
    await rapport?.close();
    await worker?.close();
    rapport = worker = undefined;
  };

  it('computes views and proof log again, to the same bytes, from the first event on', async () => {
    const ledger = await (await start()).ledger('main');
    const events = Array.from(
      { length: 200 },
      (_, i) => ({ ...inquiry(`i-${i}`, `c-${i % 7}`) }) as JsonObject,
    );
    await ledger.record(events);
    const { position, count } = await ledger.head();
    await ledger.waitFor(position, WAIT_MS_MAX);
    const before = await ledger.hash();
    const head = await ledger.log.published(position, WAIT_MS_MAX);
    await stop();

    const { mongoDb: url, database = '' } = production.configuration;
    const mongo = await connectMongo({ url, database });
    await mongo.db.dropDatabase();
    await mongo.close();

    // A worker alone brings the tenant back: an API that only reads would find none.
    worker = await startWorker(production.configuration);
    rapport = await openRapport(production.configuration, 'read');
    const again = await rapport.ledger('main');
    expect((await again.head()).count).toBe(count);
    await again.waitFor(position, WAIT_MS_MAX);
    expect(await again.hash()).toEqual(before);
    const published = await again.log.published(position, WAIT_MS_MAX);
    expect([published.size, Buffer.from(published.root).toString('hex')]).toEqual([
      head.size,
      Buffer.from(head.root).toString('hex'),
    ]);
    await rapport.close();
    rapport = await openRapport(production.configuration, 'serve');
    const repeated = await (await rapport.ledger('main')).record(events);
    expect(repeated.every(({ status }) => status === 'duplicate')).toBe(true);
  });
});

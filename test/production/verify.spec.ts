import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Json } from '@rapport/kernel';
import { openRapport, startWorker, verifyStore, type StoreVerdict } from '@rapport/profiles';
import { connectMongo, mongoViewStore, type MongoConnection } from '@rapport/store-mongodb';
import { saleOf } from '@rapport/testing';
import { freshProduction, serversForTests, type FreshProduction } from './fresh-production.js';

const EVENTS = 60;
jest.setTimeout(120_000);

const servers = await serversForTests();

/** Collections of leaves; their documents as far as an attacker here changes them. */
type Row = { _id: bigint; hashes: unknown; place: string; size: bigint };

(servers === undefined ? describe.skip : describe)('what the servers of the production profile hold', () => {
  let production: FreshProduction;
  let mongo: MongoConnection;
  const disposals: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const dispose of disposals.toReversed()) await dispose();
  });

  beforeAll(async () => {
    production = await freshProduction();
    disposals.push(() => production.drop());
    const { configuration } = production;
    const worker = await startWorker(configuration);
    const rapport = await openRapport(configuration, 'serve');
    try {
      const ledger = await rapport.ledger('main');
      const sales = Array.from({ length: EVENTS }, (_, at) =>
        saleOf(`c-${at % 7}`, new Date(Date.UTC(2026, 0, 1, at)).toISOString(), 1_000 + at, {
          id: `s-${at}`,
        }),
      );
      for (const outcome of await ledger.record(
        sales.map((sale) => ({ specversion: '1.0', ...sale }) as unknown as Json),
      ))
        if (outcome.status === 'rejected') throw new Error(outcome.rejection.message);
      const { position } = await ledger.head();
      await ledger.waitFor(position, 60_000);
      await ledger.log.published(position, 60_000);
    } finally {
      await rapport.close();
      await worker.close();
    }
    mongo = await connectMongo({ url: servers!.mongoDb, database: configuration.database! });
    disposals.push(() => mongo.close());
  });

  const verdict = (damagesMax = 1): Promise<StoreVerdict> =>
    verifyStore({ ...production.configuration, tenant: 'main', damagesMax });
  const leaves = () => mongo.exact<Row>('main', 'log.leaves');

  /** Changes something, verifies, and puts it back. */
  async function attacked(
    change: () => Promise<unknown>,
    putBack: () => Promise<unknown>,
  ): Promise<StoreVerdict> {
    await change();
    try {
      return await verdict();
    } finally {
      await putBack();
    }
  }

  it('is whole: events, leaves, tree, head and views', async () => {
    const { events, head, views } = await verdict();
    expect(events.damages).toEqual([]);
    expect(events.events).toBeGreaterThanOrEqual(EVENTS);
    expect(head?.size).toBe(events.events);
    expect(views?.damage ?? views?.notCompared).toBeUndefined();
    expect(views?.documents).toBeGreaterThan(EVENTS);
  });

  it('shows a leaf that was changed, and the event that it is of', async () => {
    const leaf = (await leaves().findOne({ _id: 20n }))!;
    const other = (await leaves().findOne({ _id: 22n }))!;
    const { events, views } = await attacked(
      () => leaves().updateOne({ _id: 20n }, { $set: { hashes: other.hashes } }),
      () => leaves().replaceOne({ _id: 20n }, leaf),
    );
    expect(events.damages).toMatchObject([{ kind: 'changed', leafIndex: 20 }]);
    expect(views).toBeUndefined();
  });

  it('shows a leaf that is missing', async () => {
    const leaf = (await leaves().findOne({ _id: 31n }))!;
    const { events } = await attacked(
      () => leaves().deleteOne({ _id: 31n }),
      () => leaves().insertOne(leaf),
    );
    expect(events.damages).toMatchObject([{ leafIndex: 31 }]);
    expect(events.damages[0]?.message).toMatch(/has no leaf/);
  });

  it('shows a leaf that was moved to another stream', async () => {
    const leaf = (await leaves().findOne({ _id: 40n }))!;
    const { events } = await attacked(
      () => leaves().updateOne({ _id: 40n }, { $set: { place: '9/relationship/elsewhere' } }),
      () => leaves().replaceOne({ _id: 40n }, leaf),
    );
    // Its event says where it stands. What lacks it is the event behind it in its stream.
    expect(events.damages).toMatchObject([{ kind: 'chain' }]);
  });

  it('shows a log that was cut behind the last signed head', async () => {
    const ends = mongo.exact<{ _id: string; size: bigint }>('main', 'log.end');
    const end = (await ends.findOne({ _id: 'end' }))!;
    const { events } = await attacked(
      () => ends.updateOne({ _id: 'end' }, { $set: { size: end.size - 5n } }),
      () => ends.replaceOne({ _id: 'end' }, end),
    );
    expect(events.damages).toMatchObject([{ kind: 'head' }]);
    expect(events.damages[0]?.message).toMatch(/were signed/);
  });

  it('is verified beside a server and a worker that go on', async () => {
    const { configuration } = production;
    const worker = await startWorker(configuration);
    const rapport = await openRapport(configuration, 'serve');
    let isEnded = false;
    const ledger = await rapport.ledger('main');
    const recording = (async () => {
      for (let at = 0; !isEnded; at++)
        await ledger.record([
          { specversion: '1.0', ...saleOf('c-1', '2026-02-01', 1, { id: `late-${at}` }) } as unknown as Json,
        ]);
    })();
    try {
      const { events, views } = await verdict();
      expect(events.damages).toEqual([]);
      expect(views?.damage).toBeUndefined();
    } finally {
      isEnded = true;
      await recording;
      await rapport.close();
      await worker.close();
    }
  });

  it('shows a view that has lost something of what the ledger says', async () => {
    const views = mongoViewStore({ mongo, tenant: 'main' });
    const [view] = await views.versions('relationship-360');
    const lease = await views.lease('projector', 'attacker', 60_000);
    await views.unpark(view!, 'c-3', [{ op: 'delete', key: 'c-3' }], lease!);
    const { events, views: seen } = await verdict();
    expect(events.damages).toEqual([]);
    expect(seen?.damage).toMatchObject({ view: 'relationship-360', key: 'c-3' });
  });
});

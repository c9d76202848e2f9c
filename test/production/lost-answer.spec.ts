import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RapportError, type Json } from '@rapport/kernel';
import { Projector, type EventStore, type ViewStore } from '@rapport/ledger';
import { openEmbedded } from '@rapport/profiles';
import { sqliteEventStore, sqliteViewStore } from '@rapport/store-sqlite';
import { connectMongo, mongoViewStore, type MongoConnection } from '@rapport/store-mongodb';
import { mongoDbForTests } from '@rapport/testing';
import { kinds } from '@rapport/touchpoints';
import { views } from '@rapport/views';
import { touchpoints } from './recorded-sales.js';

jest.setTimeout(240_000);

const url = await mongoDbForTests();
const STEPS_MAX = 120;

(url === undefined ? describe.skip : describe)('a projector whose way to MongoDB is cut at any step', () => {
  let folder: string;
  let events: EventStore;
  let mongo: MongoConnection;
  let expected: readonly unknown[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-cut-'));
    const rapport = await openEmbedded({ dataDir: folder, projector: 'inline' });
    await (await rapport.ledger('main')).record(touchpoints(90) as unknown as readonly Json[]);
    await rapport.close();
    events = sqliteEventStore({ file: join(folder, 'main', 'ledger.db'), tenant: 'main', readOnly: true });
    mongo = await connectMongo({ url: url as string, database: `rapport_spec_${randomUUID()}` });
    const untroubled = sqliteViewStore({ file: join(folder, 'afresh.db') });
    const projector = projectorOver(untroubled, () => Infinity);
    await projector.open();
    await projector.catchUp();
    expected = await contentOf(untroubled);
    await projector.close();
    await untroubled.close();
  });
  afterAll(async () => {
    await mongo.db.dropDatabase();
    await mongo.close();
    await events.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Follows the ledger as far as it has grown. */
  function projectorOver(store: ViewStore, size: () => number): Projector {
    const grown = Object.create(events) as EventStore;
    grown.readAll = async function* (options) {
      for await (const event of events.readAll(options)) {
        if (event.position > size()) return;
        yield event;
      }
    };
    return new Projector({
      events: grown,
      views: store,
      registry: views,
      kinds,
      owner: 'spec',
      now: Date.now,
    });
  }

  async function contentOf(store: ViewStore): Promise<readonly unknown[]> {
    const content: unknown[] = [];
    for (const version of await store.versions())
      for await (const item of store.scan(version))
        content.push('doc' in item ? [version.name, item.key, item.doc] : item);
    return content;
  }

  it.each(['before a request arrives', 'after its answer is lost'])(
    'counts everything once, %s, when the ledger has grown before it tries again',
    async (when) => {
      let cutAt = 0;
      for (let finished = false; !finished; cutAt++) {
        expect(cutAt).toBeLessThan(STEPS_MAX);
        let steps = -Infinity;
        let size = 30;
        const way = Object.create(mongo) as MongoConnection;
        way.run = async (work) => {
          const isCut = steps++ === cutAt;
          if (isCut && when.startsWith('before')) throw cut();
          const answer = await mongo.run(work);
          if (isCut) throw cut();
          return answer;
        };
        const store = mongoViewStore({ mongo: way, tenant: `t${randomUUID().replaceAll('-', '')}` });
        const projector = projectorOver(store, () => size);
        await projector.open();
        await projector.catchUp();
        size = 60;
        steps = 0;
        finished = await projector.step().then(
          () => true,
          () => false,
        );
        steps = -Infinity;
        size = Infinity;
        await projector.catchUp();
        expect([cutAt, await contentOf(store)]).toEqual([cutAt, expected]);
        await projector.close();
      }
      expect(cutAt).toBeGreaterThan(10);
    },
  );
});

const cut = (): RapportError => new RapportError('STORE_UNAVAILABLE', 'the way to the server is cut');

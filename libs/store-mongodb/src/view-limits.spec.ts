import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Change, Lease, ViewShape, ViewStore } from '@rapport/ledger';
import { all, failure, mongoDbForTests } from '@rapport/testing';
import { databaseUnderTest, type DatabaseUnderTest } from './database-under-test.js';
import { orderedId, partsOf } from './ordered-ids.js';
import { mongoViewStore } from './view-store.js';

jest.setTimeout(60_000);

const url = await mongoDbForTests();

const SUMS: ViewShape = {
  name: 'sums',
  version: 1,
  shape: 'tally',
  fields: [{ name: 'n', type: 'integer' }],
};

const sum = (key: string, n: number | string, more: Readonly<Record<string, string>> = {}): Change => ({
  op: 'put',
  key,
  doc: { n, ...more },
  fence: '',
  fields: { n },
});

describe('an id of several texts', () => {
  it('gives them back, and is ordered as they are one after the other', () => {
    const texts = [
      '',
      '\u0000',
      '\u0000\u0000',
      '\u0000\u0001',
      'a',
      'a\u0000',
      'a\u0000b',
      'ab',
      'é',
      '\u{1F600}',
    ];
    const tuples = texts.flatMap((first) => texts.map((second) => [first, second]));
    for (const tuple of tuples) expect(partsOf(orderedId(tuple))).toEqual(tuple);
    const sorted = tuples
      .map((tuple) => Buffer.from(orderedId(tuple)))
      .sort((a, b) => Buffer.compare(a, b))
      .map((id) => partsOf(id.toString()));
    expect(sorted).toEqual(tuples);
  });
});

(url === undefined ? describe.skip : describe)('views in MongoDB', () => {
  let database: DatabaseUnderTest;
  let tenants = 0;
  beforeAll(async () => {
    database = await databaseUnderTest(url ?? '');
  });
  afterAll(() => database.dispose());

  const open = async () => {
    const tenant = `t${++tenants}`;
    const store = mongoViewStore({ mongo: database.mongo, tenant });
    const lease = (await store.lease('projector', 'spec', 600_000)) as Lease;
    await store.declare(SUMS);
    await store.build(SUMS, lease);
    await store.swap(SUMS, lease);
    const save = (changes: readonly Change[], checkpoint: bigint, view: ViewShape = SUMS) =>
      store.save({ views: [{ view, changes }], checkpoint, events: 1, lease });
    return { tenant, store, lease, save };
  };

  const collections = async (tenant: string): Promise<readonly string[]> =>
    (await all(database.mongo.db.listCollections({}, { nameOnly: true })))
      .map(({ name }) => name)
      .filter((name) => name.startsWith(`${tenant}.`));

  it('keep positions and integers beyond 2^53 apart, each from the next', async () => {
    const { store, save } = await open();
    const big = 2n ** 53n;
    await save([sum('a', String(big))], big);
    await save([sum('b', String(big + 1n))], big + 1n);
    expect(await all(store.scan(SUMS))).toMatchObject([
      { key: 'a', position: big },
      { key: 'b', position: big + 1n },
    ]);
    expect((await store.versions())[0]?.checkpoint).toBe(big + 1n);
    const found = async (value: string) =>
      (await store.find(SUMS, { where: [{ field: 'n', op: 'equals', value }], countMax: 10 })).items.map(
        ({ key }) => key,
      );
    expect([await found(String(big)), await found(String(big + 1n))]).toEqual([['a'], ['b']]);
    const sort = { field: 'n', direction: 'ascending' } as const;
    const { next } = await store.find(SUMS, { sort, countMax: 1 });
    expect((await store.find(SUMS, { sort, countMax: 1, after: next ?? '' })).items).toMatchObject([
      { key: 'b' },
    ]);
  });

  it('keep documents under keys of many thousand characters', async () => {
    const { store, save } = await open();
    const keys = ['x'.repeat(1_025), 'x'.repeat(8_000)];
    await save(
      keys.map((key) => sum(key, key.length)),
      1n,
    );
    for (const key of keys) expect((await store.get(SUMS, key))?.doc).toEqual({ n: key.length });
    expect((await all(store.scan(SUMS))).map(({ key }) => key)).toEqual(keys);
  });

  it('refuse a document that MongoDB cannot keep with a clear error, before anything is written', async () => {
    const { store, save } = await open();
    const text = 'x'.repeat(16 * 1_048_576);
    const error = await failure(save([sum('small', 1), sum('large', 1, { text })], 1n), 'LIMIT_EXCEEDED');
    expect(error.message).toContain('sums');
    expect(await store.get(SUMS, 'small')).toBeUndefined();
    expect((await store.versions())[0]?.checkpoint).toBe(0n);
  });

  it('are saved in batches far beyond one document, and leave no journal behind', async () => {
    const { tenant, store, save } = await open();
    const text = randomBytes(500_000).toString('base64');
    const changes = Array.from({ length: 40 }, (_, n) => sum(`k${n}`, n, { text }));
    await save(changes, 1n);
    expect(await store.count(SUMS)).toBe(40);
    expect(await database.mongo.db.collection(`${tenant}.journal`).countDocuments({})).toBe(0);
  });

  it('leave no collection of copies that are gone, not even of one that a late writer brought back', async () => {
    const { tenant, store, lease } = await open();
    const next = { ...SUMS, version: 2 };
    await store.declare(next);
    await store.build(next, lease);
    const [abandoned] = (await collections(tenant)).filter((name) => name.includes('.sums.2.'));
    await store.build(next, lease);
    await database.mongo.db.collection(abandoned ?? '').insertOne({ late: true });
    await store.build(next, lease);
    expect((await collections(tenant)).filter((name) => name.includes('.sums.2.'))).toHaveLength(1);
    await store.swap(next, lease);
    await store.drop(SUMS, lease);
    expect((await collections(tenant)).filter((name) => name.includes('.view.'))).toHaveLength(1);
  });

  it('keep nothing for scans that have ended', async () => {
    const { tenant, store, save } = await open();
    await save([sum('a', 1), sum('b', 1)], 1n);
    const scans = [store.scan(SUMS), store.scan(SUMS)].map((scan) => scan[Symbol.asyncIterator]());
    expect(await scans[0]?.next()).toMatchObject({ value: { key: 'a', doc: { n: 1 } } });
    await save([sum('a', 2), { op: 'delete', key: 'b' }], 2n);
    expect(await scans[1]?.next()).toMatchObject({ value: { key: 'a', doc: { n: 2 } } });
    await save([sum('a', 3), sum('b', 3), sum('c', 3)], 3n);
    const rest = async (scan: AsyncIterator<unknown> | undefined) => {
      const keys: unknown[] = [];
      for (let next = await scan?.next(); next?.done === false; next = await scan?.next())
        keys.push(next.value);
      return keys;
    };
    expect(await rest(scans[0])).toMatchObject([{ key: 'b', doc: { n: 1 } }]);
    expect(await rest(scans[1])).toEqual([]);
    expect(await database.mongo.db.collection(`${tenant}.before`).countDocuments({})).toBe(0);
    expect((await all(store.scan(SUMS))).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });

  it('of two tenants stay apart, also when one name begins the other', async () => {
    const stores: ViewStore[] = [];
    for (const tenant of ['a', 'a.b', 'a-b']) {
      const store = mongoViewStore({ mongo: database.mongo, tenant });
      const lease = (await store.lease('projector', 'spec', 60_000)) as Lease;
      await store.declare(SUMS);
      await store.build(SUMS, lease);
      await store.build(SUMS, lease);
      await store.swap(SUMS, lease);
      await store.save({
        views: [{ view: SUMS, changes: [sum(tenant, 1)] }],
        checkpoint: 1n,
        events: 1,
        lease,
      });
      stores.push(store);
    }
    const kept = await Promise.all(
      stores.map(async (store) => (await all(store.scan(SUMS))).map(({ key }) => key)),
    );
    expect(kept).toEqual([['a'], ['a.b'], ['a-b']]);
  });

  it('are written under one lease, never under another', async () => {
    const { store } = await open();
    const other = (await store.lease('sealer', 'spec', 60_000)) as Lease;
    await failure(
      store.save({ views: [{ view: SUMS, changes: [] }], checkpoint: 1n, events: 1, lease: other }),
      'INTERNAL',
    );
  });
});

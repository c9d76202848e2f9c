import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { all, failure, mongoDbForTests } from '@rapport/testing';
import { BSON, MongoBulkWriteError, type Collection } from 'mongodb';
import { databaseUnderTest, type DatabaseUnderTest } from './database-under-test.js';

jest.setTimeout(60_000);

const url = await mongoDbForTests();

interface Kept {
  readonly _id: string;
  readonly w?: bigint;
  readonly n?: number;
  readonly gone?: true;
  readonly f?: string | number | bigint | boolean | null;
}

/** Texts in the order of their UTF-8 bytes. */
const TEXTS = ['', '\u0000', ' ', 'A', 'a', 'a\u0000b', 'a.b', 'ab', 'é', 'م', '～', '\u{1F600}'];

/**
 * What the adapters take for granted of MongoDB, one by one: a run against another server, or another make of one, tells
 * which of it is not so there.
 */
(url === undefined ? describe.skip : describe)('MongoDB', () => {
  let database: DatabaseUnderTest;
  let made = 0;
  beforeAll(async () => {
    database = await databaseUnderTest(url ?? '');
  });
  afterAll(() => database.dispose());
  const empty = (): Collection<Kept> => database.mongo.exact<Kept>('main', `assumed.${++made}`);

  const guarded = (collection: Collection<Kept>, _id: string, w: bigint, more: Partial<Kept> = {}) =>
    collection.bulkWrite(
      [
        {
          replaceOne: { filter: { _id, w: { $lte: w } }, replacement: { w, ...more }, upsert: true },
        },
      ],
      { ordered: false },
    );

  it('orders texts by their UTF-8 bytes: as _id, as a field, up and down', async () => {
    const collection = empty();
    await collection.insertMany(TEXTS.toReversed().map((text) => ({ _id: `x${text}`, f: text })));
    const ids = (await collection.find({}).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(ids).toEqual(TEXTS.map((text) => `x${text}`));
    const fields = (await collection.find({}).sort({ f: -1, _id: -1 }).toArray()).map(({ f }) => f);
    expect(fields).toEqual(TEXTS.toReversed());
  });

  it('compares texts by their UTF-8 bytes in ranges', async () => {
    const collection = empty();
    await collection.insertMany(TEXTS.map((text) => ({ _id: `x${text}` })));
    for (const [index, text] of TEXTS.entries()) {
      expect(await collection.countDocuments({ _id: { $gt: `x${text}` } })).toBe(TEXTS.length - index - 1);
      expect(await collection.countDocuments({ _id: { $lte: `x${text}` } })).toBe(index + 1);
    }
  });

  it('takes any text as _id: empty, with a NUL, with $ and dots, of many thousand characters', async () => {
    const collection = empty();
    const ids = ['', '\u0000', '$where', '__proto__', 'a.b', 'x'.repeat(20_000)];
    await collection.insertMany(ids.map((_id) => ({ _id })));
    for (const _id of ids) expect(await collection.findOne({ _id })).toEqual({ _id });
  });

  it('refuses a guarded upsert with code 11000 where the guard does not hold, and changes nothing', async () => {
    const collection = empty();
    await guarded(collection, 'a', 5n, { n: 5 });
    const refused = await guarded(collection, 'a', 4n, { n: 4 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MongoBulkWriteError);
    expect([(refused as MongoBulkWriteError).writeErrors].flat().map(({ code }) => code)).toEqual([11_000]);
    expect(await collection.findOne({ _id: 'a' })).toEqual({ _id: 'a', w: 5n, n: 5 });
  });

  it('replaces a document as a whole where the guard holds, also with the same number again', async () => {
    const collection = empty();
    await guarded(collection, 'a', 5n, { n: 5, f: 'x' });
    await guarded(collection, 'a', 5n, { n: 6 });
    await guarded(collection, 'a', 7n, { gone: true });
    expect(await collection.findOne({ _id: 'a' })).toEqual({ _id: 'a', w: 7n, gone: true });
  });

  it('does every other write of an unordered bulk when one is refused', async () => {
    const collection = empty();
    await guarded(collection, 'b', 9n);
    const operations = ['a', 'b', 'c'].map((_id) => ({
      replaceOne: { filter: { _id, w: { $lte: 5n } }, replacement: { w: 5n }, upsert: true },
    }));
    await expect(collection.bulkWrite(operations, { ordered: false })).rejects.toBeInstanceOf(
      MongoBulkWriteError,
    );
    expect((await collection.find({}).sort({ _id: 1 }).toArray()).map(({ w }) => w)).toEqual([5n, 9n, 5n]);
    await collection
      .insertMany([{ _id: 'd' }, { _id: 'a' }, { _id: 'e' }], { ordered: false })
      .catch((error: unknown) => expect(error).toBeInstanceOf(MongoBulkWriteError));
    expect(await collection.countDocuments({})).toBe(5);
  });

  it('lets one of many who change a document under the same condition at once', async () => {
    const collection = empty();
    await collection.insertOne({ _id: 'a', n: 0, w: 0n });
    const changed = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        collection.updateOne({ _id: 'a', w: 0n }, { $set: { n }, $inc: { w: 1n } }),
      ),
    );
    expect(changed.filter(({ matchedCount }) => matchedCount === 1)).toHaveLength(1);
    expect((await collection.findOne({ _id: 'a' }))?.w).toBe(1n);
  });

  it('keeps, orders, compares and adds 64-bit integers exactly beyond 2^53', async () => {
    const collection = empty();
    const around = [2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n];
    await collection.insertMany(around.toReversed().map((f) => ({ _id: String(f), f, w: f })));
    expect((await collection.find({}).sort({ f: 1 }).toArray()).map(({ f }) => f)).toEqual(around);
    expect(await collection.countDocuments({ f: { $gt: 2n ** 53n } })).toBe(2);
    expect(await collection.countDocuments({ f: { $lte: 2n ** 53n } })).toBe(2);
    const added = await collection.findOneAndUpdate(
      { f: 2n ** 53n },
      { $inc: { w: 1n } },
      { returnDocument: 'after' },
    );
    expect(added?.w).toBe(2n ** 53n + 1n);
  });

  it('puts documents without a field before all others, and finds them by null', async () => {
    const collection = empty();
    await collection.insertMany([{ _id: 'c', f: false }, { _id: 'b' }, { _id: 'd', f: true }, { _id: 'a' }]);
    const sorted = (await collection.find({}).sort({ f: 1, _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(sorted).toEqual(['a', 'b', 'c', 'd']);
    expect(await collection.countDocuments({ f: null })).toBe(2);
    expect(await collection.countDocuments({ f: { $gte: false } })).toBe(2);
    expect(await collection.countDocuments({ gone: { $exists: false } })).toBe(4);
  });

  it('compares values only with values of their type in ranges', async () => {
    const collection = empty();
    await collection.insertMany([{ _id: 'text', f: '5' }, { _id: 'integer', f: 5n }, { _id: 'none' }]);
    expect((await collection.find({ f: { $gte: '' } }).toArray()).map(({ _id }) => _id)).toEqual(['text']);
    expect((await collection.find({ f: { $gte: -(2n ** 63n) } }).toArray()).map(({ _id }) => _id)).toEqual([
      'integer',
    ]);
  });

  it('adds to, changes in and takes out of a list in one update', async () => {
    const collection = database.mongo.exact<{
      readonly _id: string;
      readonly pins: readonly { readonly id: string; readonly at: number }[];
    }>('main', `assumed.${++made}`);
    await collection.insertOne({ _id: 'a', pins: [] });
    for (const id of ['x', 'y', 'z'])
      await collection.updateOne({ _id: 'a' }, { $push: { pins: { id, at: 1 } } });
    await collection.updateOne({ _id: 'a', 'pins.id': 'y' }, { $set: { 'pins.$.at': 2 } });
    await collection.updateOne({ _id: 'a' }, { $pull: { pins: { at: { $lte: 1 } } } });
    expect((await collection.findOne({ _id: 'a' }))?.pins).toEqual([{ id: 'y', at: 2 }]);
  });

  it('gives bytes as they were put, up to nearly 16 MiB a document', async () => {
    const collection = database.mongo.exact<{ readonly _id: string; readonly bytes: BSON.Binary }>(
      'main',
      `assumed.${++made}`,
    );
    const bytes = Buffer.alloc(15 * 1_048_576 + 500_000, 'bytes');
    await collection.insertOne({ _id: 'a', bytes: new BSON.Binary(bytes) });
    expect(Buffer.from((await collection.findOne({ _id: 'a' }))?.bytes.value() ?? []).equals(bytes)).toBe(
      true,
    );
  });

  it('makes a collection by its first write or index, lists it, and has nothing left of one that is dropped', async () => {
    const collection = empty();
    await collection.createIndexes([{ key: { gone: 1 }, name: 'gone', sparse: true }]);
    await collection.createIndexes([{ key: { gone: 1 }, name: 'gone', sparse: true }]);
    const names = async () =>
      (await all(database.mongo.db.listCollections({}, { nameOnly: true }))).map(({ name }) => name);
    expect(await names()).toContain(collection.collectionName);
    await collection.insertOne({ _id: 'a' });
    await collection.drop();
    expect(await names()).not.toContain(collection.collectionName);
    expect(await collection.findOne({ _id: 'a' })).toBeNull();
    await collection.insertOne({ _id: 'b' });
    expect(await names()).toContain(collection.collectionName);
  });

  it('says what time it is', async () => {
    const { localTime } = await database.mongo.db.command({ hello: 1 });
    expect(localTime).toBeInstanceOf(Date);
  });

  it('is told apart when it does not answer: STORE_UNAVAILABLE, with nothing of the driver in the message', async () => {
    const mongo = await database.another({ patienceMs: 1_000 });
    await mongo.close();
    const error = await failure(
      mongo.run(() => mongo.db.command({ ping: 1 })),
      'STORE_UNAVAILABLE',
    );
    expect(error.message).not.toMatch(/Mongo[A-Z][a-z]+Error|ECONN/);
  });
});

import { describe, expect, it } from '@jest/globals';
import { keyStoreContract, mongoDbForTests, tombstone, wrappedKey } from '@rapport/testing';
import { databaseUnderTest } from './database-under-test.js';
import { mongoKeyStore } from './key-store.js';

const url = await mongoDbForTests();

(url === undefined ? describe.skip : describe)('with a MongoDB', () => {
  keyStoreContract('the MongoDB key store', async () => {
    const { mongo, another, dispose } = await databaseUnderTest(url ?? '');
    return {
      store: mongoKeyStore({ mongo, tenant: 'main' }),
      another: async () => mongoKeyStore({ mongo: await another(), tenant: 'main' }),
      dispose,
    };
  });

  describe('the collection of keys', () => {
    it('holds no byte of a destroyed key', async () => {
      const { mongo, dispose } = await databaseUnderTest(url ?? '');
      const store = mongoKeyStore({ mongo, tenant: 'main' });
      await store.create([wrappedKey('42'), wrappedKey('43')]);
      await store.erase([tombstone('42')]);
      const kept = await mongo.db.collection('main.keys').find({}).toArray();
      expect(kept.map((document) => ['wrapped' in document, 'keyid' in document])).toEqual([
        [false, false],
        [true, true],
      ]);
      await dispose();
    });

    it('leaves one tombstone when two processes erase a person and a third gives a key, all at once', async () => {
      const { mongo, another, dispose } = await databaseUnderTest(url ?? '');
      const stores = [mongo, await another(), await another()].map((one) =>
        mongoKeyStore({ mongo: one, tenant: 'main' }),
      );
      for (let round = 0; round < 10; round++) {
        const person = `person-${round}`;
        const [first, second] = await Promise.all([
          stores[0]?.erase([tombstone(person, { by: 'one' })]),
          stores[1]?.erase([tombstone(person, { by: 'two' })]),
          stores[2]?.create([wrappedKey(person)]),
        ]);
        expect(second).toEqual(first);
        expect(await stores[2]?.load([person])).toEqual([{ state: 'erased', tombstone: first?.[0] }]);
      }
      await dispose();
    });
  });
});

import { describe, jest } from '@jest/globals';
import { mongoDbForTests, viewStoreContract } from '@rapport/testing';
import { databaseUnderTest } from './database-under-test.js';
import { mongoViewStore } from './view-store.js';

jest.setTimeout(60_000); // a contract says what, not how fast

const url = await mongoDbForTests();

(url === undefined ? describe.skip : describe)('with a MongoDB', () => {
  viewStoreContract('the MongoDB view store', async (now) => {
    const { mongo, another, dispose } = await databaseUnderTest(url ?? '');
    return {
      store: mongoViewStore({ mongo, tenant: 'main', now }),
      reopen: async () => mongoViewStore({ mongo: await another(), tenant: 'main', now }),
      dispose,
    };
  });
});

import { describe } from '@jest/globals';
import { completenessMapContract, mongoDbForTests } from '@rapport/testing';
import { mongoCompletenessMap } from './completeness-map.js';
import { databaseUnderTest } from './database-under-test.js';

const url = await mongoDbForTests();

(url === undefined ? describe.skip : describe)('with a MongoDB', () => {
  completenessMapContract('the MongoDB completeness map', async () => {
    const { mongo, another, dispose } = await databaseUnderTest(url ?? '');
    return {
      map: mongoCompletenessMap({ mongo, tenant: 'main' }),
      another: async () => mongoCompletenessMap({ mongo: await another(), tenant: 'main' }),
      dispose,
    };
  });
});

import { randomUUID } from 'node:crypto';
import { connectMongo, type MongoConnection, type MongoOptions } from './connection.js';

/** A database of a spec's own. */
export interface DatabaseUnderTest {
  readonly mongo: MongoConnection;
  /** Connects once more, as another process would. */
  readonly another: (options?: Partial<MongoOptions>) => Promise<MongoConnection>;
  /** Drops it and closes every connection. */
  readonly dispose: () => Promise<void>;
}

/** Makes an empty database with a name that nothing else has. */
export async function databaseUnderTest(url: string): Promise<DatabaseUnderTest> {
  const database = `rapport_spec_${randomUUID().slice(0, 8)}`;
  const mongo = await connectMongo({ url, database });
  const others: MongoConnection[] = [];
  return {
    mongo,
    another: async (options = {}) => {
      const other = await connectMongo({ url, database, ...options });
      others.push(other);
      return other;
    },
    dispose: async () => {
      try {
        await mongo.run(() => mongo.db.dropDatabase());
      } finally {
        for (const connection of [mongo, ...others]) await connection.close();
      }
    },
  };
}

import type { Collection, Document, OptionalUnlessRequiredId } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';

/** Inserts documents, so many a request; those that are there already, named after all they hold, are passed over. */
export async function insertMissing<D extends Document>(
  mongo: MongoConnection,
  collection: Collection<D>,
  documents: readonly OptionalUnlessRequiredId<D>[],
  perRequest: number,
): Promise<void> {
  for (let at = 0; at < documents.length; at += perRequest) {
    const some = documents.slice(at, at + perRequest);
    await mongo.run(async () => {
      try {
        await collection.insertMany(some, { ordered: false });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    });
  }
}

import { randomUUID } from 'node:crypto';
import { connectMongo } from './connection.js';
import { storeError } from './errors.js';
import { measureSkewMs } from './server-clock.js';

/** What a MongoDB server says of itself. */
export interface MongoDbServer {
  readonly version: string;
  /** Of one command there and back. */
  readonly latencyMs: number;
  /** How far its clock is ahead of this one, to about half the latency. */
  readonly clockSkewMs: number;
  /** Whether this user may write to the database. */
  readonly canWrite: boolean;
}

/**
 * Looks at a server, for whoever wants to know what is wrong. Writes one document and removes it.
 * @param timeoutMs after so long it counts as not answering
 * @throws RapportError `STORE_UNAVAILABLE`, `INVALID_CONFIGURATION`
 * @example await mongoDbServer('mongodb://127.0.0.1:27017', 'rapport', 2_000); // { version: '7.0.14', latencyMs: 1, … }
 */
export async function mongoDbServer(
  url: string,
  database: string,
  timeoutMs: number,
): Promise<MongoDbServer> {
  const mongo = await connectMongo({ url, database, patienceMs: timeoutMs });
  try {
    const { version } = await mongo.run(() => mongo.db.command({ buildInfo: 1 }));
    const sentMs = performance.now();
    await mongo.run(() => mongo.db.command({ ping: 1 }));
    const latencyMs = performance.now() - sentMs;
    const clockSkewMs = await measureSkewMs(mongo);
    const probe = mongo.db.collection<{ readonly _id: string }>('probe');
    const _id = randomUUID();
    let canWrite = true;
    try {
      await probe.insertOne({ _id });
      await probe.deleteOne({ _id });
    } catch (error) {
      const { code } = storeError(error, mongo.where);
      if (code !== 'STORE_READ_ONLY') throw storeError(error, mongo.where);
      canWrite = false;
    }
    return { version: String(version), latencyMs, clockSkewMs, canWrite };
  } finally {
    await mongo.close();
  }
}

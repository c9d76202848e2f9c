import { MongoClient, type Collection, type Db, type Document } from 'mongodb';

/** How to reach MongoDB. */
export interface MongoOptions {
  /** A connection string, credentials and TLS in it. */
  readonly url: string;
  /** The database of the ledgers; each tenant's collections in it begin with its name and a dot. */
  readonly database: string;
}

/** One pool of connections, shared by the adapters of a process. */
export class MongoConnection {
  readonly db: Db;

  constructor(
    private readonly client: MongoClient,
    database: string,
  ) {
    this.db = client.db(database);
  }

  /** A collection of a tenant. */
  collection<T extends Document>(tenant: string, name: string): Collection<T> {
    return this.db.collection<T>(`${tenant}.${name}`);
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

/** Time-outs are explicit: a server that does not answer is an error of the caller within seconds. */
const TIMEOUTS = {
  connectTimeoutMS: 5_000,
  serverSelectionTimeoutMS: 5_000,
  socketTimeoutMS: 30_000,
} as const;
const POOL_SIZE_MAX = 32;

/**
 * Connects to MongoDB.
 * @example const mongo = await connectMongo({ url: 'mongodb://127.0.0.1:27017', database: 'rapport' });
 */
export async function connectMongo({ url, database }: MongoOptions): Promise<MongoConnection> {
  const client = new MongoClient(url, {
    ...TIMEOUTS,
    maxPoolSize: POOL_SIZE_MAX,
    retryWrites: false, // every write of ours may be repeated, and is, where its outcome is not known
    writeConcern: { w: 'majority' },
    readConcern: { level: 'majority' },
    promoteLongs: false,
  });
  await client.connect();
  return new MongoConnection(client, database);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { RapportError } from '@rapport/kernel';
import { MongoClient, type Collection, type Db, type Document } from 'mongodb';
import { isPassing, storeError } from './errors.js';

/** How to reach MongoDB. */
export interface MongoOptions {
  /** A connection string, credentials and TLS in it. */
  readonly url: string;
  /** The database of the ledgers; each tenant's collections in it begin with its name and a dot. */
  readonly database: string;
  /** How long a request is tried again before it fails with `STORE_UNAVAILABLE`; 20 s unless given. */
  readonly patienceMs?: number;
}

/** Time-outs are explicit: a server that does not answer is an error of the caller within seconds. */
const TIMEOUTS_MS = { connect: 5_000, serverSelection: 5_000, socket: 15_000, waitQueue: 10_000 } as const;
const PATIENCE_MS = 20_000;
const ATTEMPTS_MIN = 4;
const POOL_SIZE_MAX = 32;
const BACKOFF_MS = { first: 50, longest: 2_000 } as const;

/** How long an attempt looks for a server: several of them fit into the patience. */
const selectionMs = (patienceMs: number): number =>
  Math.min(TIMEOUTS_MS.serverSelection, patienceMs / ATTEMPTS_MIN);

/** One pool of connections, shared by the adapters of a process. */
export class MongoConnection {
  readonly db: Db;

  /** @param where the server and database, without credentials */
  constructor(
    private readonly client: MongoClient,
    database: string,
    readonly where: string,
    private readonly patienceMs: number,
  ) {
    this.db = client.db(database);
  }

  /** A collection of a tenant. */
  collection<T extends Document>(tenant: string, name: string): Collection<T> {
    return this.db.collection<T>(`${tenant}.${name}`);
  }

  /** A collection of a tenant whose 64-bit integers are read as bigint, exactly. */
  exact<T extends Document>(tenant: string, name: string): Collection<T> {
    return this.db.collection<T>(`${tenant}.${name}`, { promoteLongs: true, useBigInt64: true });
  }

  /**
   * Does something that may be repeated: tried again with backoff and jitter while the server does not answer, until the
   * connection's patience ends.
   * @throws RapportError `STORE_UNAVAILABLE` and the others of `storeError`; nothing of the driver leaks out
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const untilMs = performance.now() + this.patienceMs;
    for (
      let backoffMs: number = BACKOFF_MS.first;
      ;
      backoffMs = Math.min(backoffMs * 2, BACKOFF_MS.longest)
    ) {
      try {
        return await work();
      } catch (error) {
        const waitMs = backoffMs * (0.5 + Math.random() / 2);
        // One more that a server which is gone answers too late would make the caller wait longer than was promised.
        if (!isPassing(error) || performance.now() + waitMs + selectionMs(this.patienceMs) > untilMs)
          throw storeError(error, this.where);
        await sleep(waitMs);
      }
    }
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}

/**
 * Connects to MongoDB.
 * @throws RapportError `STORE_UNAVAILABLE`, `INVALID_CONFIGURATION`
 * @example const mongo = await connectMongo({ url: 'mongodb://127.0.0.1:27017', database: 'rapport' });
 */
export async function connectMongo(options: MongoOptions): Promise<MongoConnection> {
  const { url, database, patienceMs = PATIENCE_MS } = options;
  const client = clientOf(url, patienceMs);
  const where = `${client.options.hosts.map(String).join(',')}/${database}`;
  try {
    await client.connect();
  } catch (error) {
    await client.close();
    throw storeError(error, where);
  }
  return new MongoConnection(client, database, where, patienceMs);
}

function clientOf(url: string, patienceMs: number): MongoClient {
  try {
    return new MongoClient(url, {
      connectTimeoutMS: Math.min(TIMEOUTS_MS.connect, patienceMs),
      serverSelectionTimeoutMS: selectionMs(patienceMs),
      socketTimeoutMS: Math.min(TIMEOUTS_MS.socket, patienceMs),
      waitQueueTimeoutMS: Math.min(TIMEOUTS_MS.waitQueue, patienceMs),
      maxPoolSize: POOL_SIZE_MAX,
      retryWrites: false, // every write of ours may be repeated, and is, where its outcome is not known
      retryReads: false,
      writeConcern: { w: 'majority' },
      readConcern: { level: 'majority' },
      promoteLongs: false,
    });
  } catch (error) {
    throw new RapportError(
      'INVALID_CONFIGURATION',
      'The address of MongoDB is not a connection string: give one such as mongodb://127.0.0.1:27017.',
      { cause: error },
    );
  }
}

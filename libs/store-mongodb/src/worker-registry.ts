import type { Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';

/** A worker, as it tells of itself. */
export interface RegisteredWorker {
  readonly owner: string;
  /** How often it has told. One that lives tells again and again, whatever the clocks say. */
  readonly beats: number;
  /** The tenants that it holds. */
  readonly holds: readonly string[];
  /** The tenants that it would hold; undefined for all. */
  readonly looksAfter?: readonly string[];
}

/** Where workers tell of themselves, so that they share the tenants out among them. */
export interface WorkerRegistry {
  /** Tells once more, and gives all workers that ever told and have not left. */
  beat(worker: Omit<RegisteredWorker, 'beats'>): Promise<readonly RegisteredWorker[]>;
  /** All workers that ever told and have not left, living or not. */
  all(): Promise<readonly RegisteredWorker[]>;
  /** Takes a worker off: it stops, or has not told for long. */
  leave(owner: string): Promise<void>;
}

interface WorkerRow {
  readonly _id: string;
  readonly beats: number;
  readonly holds: readonly string[];
  /** None: all tenants. */
  readonly looksAfter: readonly string[] | null;
}

/** The registry of workers in MongoDB, in the collection `workers`. @example await mongoWorkerRegistry(mongo).leave(owner) */
export const mongoWorkerRegistry = (mongo: MongoConnection): WorkerRegistry =>
  new MongoWorkerRegistry(mongo, mongo.db.collection<WorkerRow>('workers'));

class MongoWorkerRegistry implements WorkerRegistry {
  constructor(
    private readonly mongo: MongoConnection,
    private readonly workers: Collection<WorkerRow>,
  ) {}

  beat({ owner, holds, looksAfter }: Omit<RegisteredWorker, 'beats'>): Promise<readonly RegisteredWorker[]> {
    return this.mongo.run(async () => {
      await this.workers.updateOne(
        { _id: owner },
        { $inc: { beats: 1 }, $set: { holds: [...holds], looksAfter: looksAfter ?? null } },
        { upsert: true },
      );
      return (await this.workers.find().toArray()).map(workerOf);
    });
  }

  all(): Promise<readonly RegisteredWorker[]> {
    return this.mongo.run(async () => (await this.workers.find().toArray()).map(workerOf));
  }

  async leave(owner: string): Promise<void> {
    await this.mongo.run(() => this.workers.deleteOne({ _id: owner }));
  }
}

const workerOf = ({ _id, beats, holds, looksAfter }: WorkerRow): RegisteredWorker => ({
  owner: _id,
  beats: Number(beats),
  holds,
  ...(looksAfter === null ? {} : { looksAfter }),
});

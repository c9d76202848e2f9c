import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '@rapport/kernel';
import type { ParkedKey, RebuildProgress } from '@rapport/ledger';
import type { Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';

/** What other processes may ask of the worker that looks after a tenant. */
export type Work =
  | { readonly op: 'rebuild'; readonly names: readonly string[] }
  | { readonly op: 'retry'; readonly view: string; readonly key?: string }
  /** Log the root of the completeness map as it is now. */
  | { readonly op: 'seal' };

/** How far a request is. */
export type WorkState =
  | { readonly state: 'asked' }
  | { readonly state: 'running'; readonly progress?: RebuildProgress }
  | { readonly state: 'done'; readonly parked: readonly ParkedKey[] }
  | { readonly state: 'failed'; readonly code: ErrorCode; readonly message: string };

/** A request that a worker has taken on. */
export interface TakenRequest {
  readonly id: string;
  readonly work: Work;
}

/** Requests to the worker of one tenant. They are about work that may be done twice: whoever asks again loses nothing. */
export interface WorkRequests {
  /** Asks, and gives the name of the request. */
  ask(work: Work): Promise<string>;
  /** How far it is; undefined when it is not there any more. */
  look(id: string): Promise<WorkState | undefined>;
  /** Takes a request away: it is answered, or nobody waits for it any more. */
  remove(id: string): Promise<void>;
  /**
   * The oldest request that is not answered. Only the worker that holds the tenant asks for it: what another one had begun
   * is begun again.
   * @param except those that it works on
   */
  take(except: readonly string[]): Promise<TakenRequest | undefined>;
  /** Says how far it is; false when it was taken away meanwhile. */
  tell(id: string, state: WorkState): Promise<boolean>;
  /** Takes away what was asked so long ago that nobody waits any more. */
  removeOlderThan(ageMs: number): Promise<void>;
}

interface RequestRow {
  readonly _id: string;
  readonly askedAtMs: number;
  readonly state: WorkState['state'];
  /** JSON, so that what users name stays a value: `Work`. */
  readonly work: string;
  /** JSON: `WorkState`, positions as decimal strings. */
  readonly told: string;
}

/**
 * The requests to the worker of one tenant in MongoDB, in `<tenant>.requests`.
 * @example const id = await mongoWorkRequests({ mongo, tenant: 'main' }).ask({ op: 'seal' });
 */
export const mongoWorkRequests = ({
  mongo,
  tenant,
}: {
  readonly mongo: MongoConnection;
  readonly tenant: string;
}): WorkRequests => new MongoWorkRequests(mongo, mongo.collection<RequestRow>(tenant, 'requests'));

class MongoWorkRequests implements WorkRequests {
  constructor(
    private readonly mongo: MongoConnection,
    private readonly requests: Collection<RequestRow>,
  ) {}

  async ask(work: Work): Promise<string> {
    const id = randomUUID();
    const row: RequestRow = {
      _id: id,
      askedAtMs: Date.now(),
      state: 'asked',
      work: JSON.stringify(work),
      told: textOf({ state: 'asked' }),
    };
    return this.mongo.run(async () => {
      try {
        await this.requests.insertOne(row);
      } catch (error) {
        if (!isDuplicate(error)) throw error; // asked already, and not heard of
      }
      return id;
    });
  }

  async look(id: string): Promise<WorkState | undefined> {
    const row = await this.mongo.run(() => this.requests.findOne({ _id: id }));
    return row === null ? undefined : stateOf(row.told);
  }

  async remove(id: string): Promise<void> {
    await this.mongo.run(() => this.requests.deleteOne({ _id: id }));
  }

  async take(except: readonly string[]): Promise<TakenRequest | undefined> {
    const row = await this.mongo.run(() =>
      this.requests.findOneAndUpdate(
        { _id: { $nin: [...except] }, state: { $in: ['asked', 'running'] } },
        { $set: { state: 'running', told: textOf({ state: 'running' }) } },
        { sort: { askedAtMs: 1 } },
      ),
    );
    return row === null ? undefined : { id: row._id, work: JSON.parse(row.work) as Work };
  }

  async tell(id: string, told: WorkState): Promise<boolean> {
    const change = { $set: { state: told.state, told: textOf(told) } };
    const { matchedCount } = await this.mongo.run(() => this.requests.updateOne({ _id: id }, change));
    return matchedCount > 0;
  }

  async removeOlderThan(ageMs: number): Promise<void> {
    const askedAtMs = { $lt: Date.now() - ageMs };
    await this.mongo.run(() => this.requests.deleteMany({ askedAtMs }));
  }
}

const textOf = (state: WorkState): string =>
  JSON.stringify(state, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

function stateOf(text: string): WorkState {
  const told = JSON.parse(text) as WorkState;
  if (told.state !== 'done') return told;
  return { ...told, parked: told.parked.map((park) => ({ ...park, position: BigInt(park.position) })) };
}

import type { Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';
import { orderedId, paddedPosition } from './ordered-ids.js';
import type { Copy } from './view-catalogue.js';
import type { KeptDocument, ViewCollections } from './view-collections.js';
import type { Put } from './view-changes.js';

interface BeforeDocument {
  readonly _id: string;
  readonly copy: number;
  readonly id: string;
  /** The write that changed it. */
  readonly write: bigint;
  /** What stood before that write. */
  readonly kept: KeptDocument;
}

const IDS_PER_READ = 1_000;

/** What writes have changed while scans are under way, as it was before: how a scan shows one moment. */
export class Before {
  private readonly collection: Collection<BeforeDocument>;
  private indexed = false;

  constructor(
    private readonly mongo: MongoConnection,
    tenant: string,
    private readonly collections: ViewCollections,
  ) {
    this.collection = mongo.exact<BeforeDocument>(tenant, 'before');
  }

  /** Keeps what the puts of a write are going to replace in a copy. To be called before the first of them is applied. */
  async keep(copy: Copy, puts: readonly Put[], write: bigint): Promise<void> {
    await this.index();
    for (let at = 0; at < puts.length; at += IDS_PER_READ) {
      const ids = puts.slice(at, at + IDS_PER_READ).map(({ id }) => id);
      await this.mongo.run(async () => {
        const standing = await this.collections
          .of(copy)
          .find({ _id: { $in: ids }, w: { $lt: write } })
          .toArray();
        if (standing.length === 0) return;
        try {
          await this.collection.insertMany(
            standing.map((kept) => ({
              _id: orderedId([String(copy.id), kept._id, paddedPosition(write)]),
              copy: copy.id,
              id: kept._id,
              write,
              kept,
            })),
            { ordered: false },
          );
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      });
    }
  }

  /** What stood under these ids as of a write, of those that were changed after it. */
  async asOf(copy: Copy, ids: readonly string[], write: bigint): Promise<ReadonlyMap<string, KeptDocument>> {
    const kept = await this.mongo.run(() =>
      this.collection
        .find({ copy: copy.id, id: { $in: [...ids] }, write: { $gt: write } })
        .sort({ write: -1 })
        .toArray(),
    );
    return new Map(kept.map((before) => [before.id, before.kept]));
  }

  /** Removes what no scan looks for any more. */
  async forgetUntil(write: bigint): Promise<void> {
    await this.mongo.run(() => this.collection.deleteMany({ write: { $lte: write } }));
  }

  private async index(): Promise<void> {
    if (this.indexed) return;
    await this.mongo.run(() => this.collection.createIndex({ copy: 1, id: 1, write: 1 }, { name: 'place' }));
    this.indexed = true;
  }
}

import type { AnyBulkWriteOperation } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';
import type { Pin } from './view-desk.js';
import type { Before } from './view-before.js';
import type { Copy } from './view-catalogue.js';
import { PARKED, type Put } from './view-changes.js';
import type { KeptDocument, ViewCollections } from './view-collections.js';

const PUTS_PER_REQUEST = 2_000;

/** What is put into one copy; without one, into the list of parked keys. */
interface PutsOfCopy {
  readonly copy: Copy | undefined;
  readonly puts: readonly Put[];
}

/**
 * Puts documents where nothing newer stands. Every document carries the number of the write that put it, so a writer that
 * comes late, or a write that is finished twice, changes nothing: whatever the order of arrival, the highest number stays.
 */
export class Puts {
  constructor(
    private readonly mongo: MongoConnection,
    private readonly collections: ViewCollections,
    private readonly before: Before,
  ) {}

  /** Applies a granted write to the copies it names; one that is gone meanwhile is passed over. */
  async apply(
    copies: readonly Copy[],
    puts: readonly Put[],
    write: bigint,
    pins: readonly Pin[],
  ): Promise<void> {
    const byCopy = new Map<number, Put[]>();
    for (const put of puts) {
      const some = byCopy.get(put.copy);
      if (some === undefined) byCopy.set(put.copy, [put]);
      else some.push(put);
    }
    const parts = [...byCopy].flatMap(([id, some]): readonly PutsOfCopy[] => {
      if (id === PARKED) return [{ copy: undefined, puts: some }]; // one that is only declared has this number, too
      const copy = copies.find((one) => one.id === id);
      return copy === undefined ? [] : [{ copy, puts: some }];
    });
    if (pins.some((pin) => pin.write < write))
      await Promise.all(
        parts.map(async ({ copy, puts: some }) => {
          if (copy !== undefined) await this.before.keep(copy, some, write);
        }),
      );
    await Promise.all(
      parts.map(({ copy, puts: some }) =>
        this.putInto(copy === undefined ? this.collections.parked : this.collections.of(copy), some, write),
      ),
    );
  }

  /** Puts finished content into a copy that is being built, where nothing stands yet. */
  async insert(copy: Copy, puts: readonly Put[], write: bigint): Promise<void> {
    const collection = this.collections.of(copy);
    for (let at = 0; at < puts.length; at += PUTS_PER_REQUEST) {
      const some = puts
        .slice(at, at + PUTS_PER_REQUEST)
        .map(({ id, body }): KeptDocument => ({ _id: id, w: write, ...body }));
      await this.mongo.run(async () => {
        try {
          await collection.insertMany(some, { ordered: false });
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      });
    }
  }

  private async putInto(
    collection: ReturnType<ViewCollections['of']>,
    puts: readonly Put[],
    write: bigint,
  ): Promise<void> {
    for (let at = 0; at < puts.length; at += PUTS_PER_REQUEST) {
      const operations = puts
        .slice(at, at + PUTS_PER_REQUEST)
        .map(({ id, body }): AnyBulkWriteOperation<KeptDocument> => ({
          replaceOne: {
            filter: { _id: id, w: { $lte: write } },
            replacement: { w: write, ...body },
            upsert: true,
          },
        }));
      await this.mongo.run(async () => {
        try {
          await collection.bulkWrite(operations, { ordered: false });
        } catch (error) {
          // Where something newer stands, the upsert finds nothing to replace and its insert is refused.
          if (!isDuplicate(error)) throw error;
        }
      });
    }
  }
}

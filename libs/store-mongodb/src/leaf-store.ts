import { RapportError } from '@rapport/kernel';
import type { KeptLeaf, LeafStore, Lease, LedgerMark, LogEnd, LogNode } from '@rapport/ledger';
import type { Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import {
  bytesOf,
  endOf,
  leafOf,
  markOf,
  placeOf,
  type EndRow,
  type KnownEnd,
  type LeafRow,
} from './leaf-store-rows.js';
import { LeafWriter } from './leaf-store-writer.js';
import type { LeaseDocument } from './leases.js';

/** Whose leaves, and where. */
export interface MongoLeafStoreOptions {
  readonly mongo: MongoConnection;
  readonly tenant: string;
}

const HASH_BYTES = 32;
/** Documents asked for by their keys in one query. */
const KEYS_PER_QUERY = 1_000;

/**
 * The leaves of one tenant's proof log in MongoDB: `<tenant>.log.leaves`, one document a leaf, and `<tenant>.log.end`, which
 * says how many of them count. Writes need the sealer's lease of the tenant's view store. `close` leaves the connection open.
 * @throws RapportError `STORE_UNAVAILABLE`
 * @example const leaves = await mongoLeafStore({ mongo, tenant: 'main' });
 */
export async function mongoLeafStore({ mongo, tenant }: MongoLeafStoreOptions): Promise<LeafStore> {
  const leaves = mongo.exact<LeafRow>(tenant, 'log.leaves');
  const end = mongo.exact<EndRow>(tenant, 'log.end');
  const leases = mongo.exact<LeaseDocument>(tenant, 'leases');
  // Not unique: a sharded collection allows that of its shard key alone, and writers see to it.
  await mongo.run(() =>
    leaves.createIndexes([
      { key: { position: 1 }, name: 'position' },
      { key: { place: 1 }, name: 'place' },
      { key: { latestMs: 1, _id: 1 }, name: 'latest' },
    ]),
  );
  return new MongoLeafStore(mongo, leaves, end, new LeafWriter({ tenant, leaves, end, leases }));
}

class MongoLeafStore implements LeafStore {
  /** How many leaves are known to count: more may by now, never fewer. */
  private sizeKnown = 0;
  private isClosed = false;

  constructor(
    private readonly mongo: MongoConnection,
    private readonly leaves: Collection<LeafRow>,
    private readonly ends: Collection<EndRow>,
    private readonly writer: LeafWriter,
  ) {}

  async end(): Promise<LogEnd> {
    const { size, position } = await this.readEnd();
    return { size, position };
  }

  async append(leaves: readonly KeptLeaf[], lease: Lease): Promise<void> {
    const { size } = await this.guarded(() => this.writer.append(leaves, lease));
    this.sizeKnown = Math.max(this.sizeKnown, size);
  }

  async leavesAt(indexes: readonly number[]): Promise<readonly KeptLeaf[]> {
    const rows = await this.rowsBy('_id', indexes.map(BigInt));
    const found = new Map(rows.map((row) => [Number(row._id), row]));
    return indexes.flatMap((index) => {
      const row = found.get(index);
      return row === undefined ? [] : [leafOf(row)];
    });
  }

  async leafIndexesOf(positions: readonly bigint[]): Promise<readonly (number | undefined)[]> {
    const rows = await this.rowsBy('position', positions);
    const found = new Map(rows.map((row) => [row.position, Number(row._id)]));
    return positions.map((position) => found.get(position));
  }

  async leafHashesOf(
    places: readonly { readonly stream: string; readonly revision: number }[],
  ): Promise<readonly (Uint8Array | undefined)[]> {
    const asked = places.map(placeOf);
    const rows = await this.rowsBy('place', asked);
    const found = new Map(rows.map((row) => [row.place, bytesOf(row.hashes).subarray(0, HASH_BYTES)]));
    return asked.map((place) => found.get(place));
  }

  async nodes(nodes: readonly LogNode[]): Promise<readonly Uint8Array[]> {
    const lastLeafOf = ({ level, index }: LogNode): number => (index + 1) * 2 ** level - 1;
    const rows = await this.rowsBy(
      '_id',
      nodes.map((node) => BigInt(lastLeafOf(node))),
    );
    const found = new Map(rows.map((row) => [Number(row._id), bytesOf(row.hashes)]));
    return nodes.map((node) => {
      const from = node.level * HASH_BYTES;
      const hash = found.get(lastLeafOf(node))?.subarray(from, from + HASH_BYTES);
      if (hash?.length === HASH_BYTES) return hash;
      throw new RapportError(
        'STORE_CORRUPT',
        `The proof log misses node ${node.index} of level ${node.level}: run \`rapport verify --store\`, and restore a backup.`,
      );
    });
  }

  async last(): Promise<LedgerMark | undefined> {
    const { size, position, latestMs } = await this.readEnd();
    return size === 0 ? undefined : { position, count: size, recordedAtMs: latestMs };
  }

  async recordedBy(recordedAtMs: number): Promise<LedgerMark | undefined> {
    const { size } = await this.readEnd();
    const [row] = await this.guarded(() =>
      this.leaves
        .find({ latestMs: { $lte: BigInt(recordedAtMs) }, _id: { $lt: BigInt(size) } })
        .sort({ latestMs: -1, _id: -1 })
        .limit(1)
        .toArray(),
    );
    return row === undefined ? undefined : markOf(row);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  private async readEnd(): Promise<KnownEnd> {
    const end = endOf(await this.guarded(() => this.ends.findOne({ _id: 'end' })));
    this.sizeKnown = Math.max(this.sizeKnown, end.size);
    return end;
  }

  /** Leaves by the values of a field, in no order; those that do not count yet are left out. */
  private async rowsBy<K extends 'place' | 'position' | '_id'>(
    field: K,
    values: readonly (string | bigint)[],
  ): Promise<readonly LeafRow[]> {
    const asked = [...new Set(values)];
    const rows: LeafRow[] = [];
    for (let at = 0; at < asked.length; at += KEYS_PER_QUERY) {
      const some = asked.slice(at, at + KEYS_PER_QUERY);
      rows.push(...(await this.guarded(() => this.leaves.find({ [field]: { $in: some } }).toArray())));
    }
    if (rows.some(({ _id }) => Number(_id) >= this.sizeKnown)) await this.readEnd();
    return rows.filter(({ _id }) => Number(_id) < this.sizeKnown);
  }

  private guarded<T>(work: () => Promise<T>): Promise<T> {
    if (!this.isClosed) return this.mongo.run(work);
    return Promise.reject(
      new RapportError('STORE_UNAVAILABLE', 'The store of the proof log is closed: open it again.'),
    );
  }
}

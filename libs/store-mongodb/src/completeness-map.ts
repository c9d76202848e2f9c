import { RapportError } from '@rapport/kernel';
import type { CompletenessMap, KeyValue, MapAdvance, MapState } from '@rapport/ledger';
import { BSON, type Binary, type Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';
import { insertMissing } from './insert-missing.js';
import { idBeyond, orderedId } from './ordered-ids.js';

export interface MongoCompletenessMapOptions {
  /** Shared with the other adapters; closed by whoever opened it. */
  readonly mongo: MongoConnection;
  /** Whose map it is: the beginning of the names of its collections. */
  readonly tenant: string;
}

interface StateDocument {
  readonly _id: 'state';
  /** Grows whenever the map is emptied: what belongs to an earlier one is not seen any more. */
  readonly epoch: number;
  readonly size: number;
  readonly root?: Binary;
  readonly treeRoot?: Binary;
}

/** What a key came to with one step. True whoever wrote it, since it follows from the log; shown once the state is there. */
interface ValueDocument {
  readonly _id: string;
  readonly epoch: number;
  readonly key: string;
  /** The size of the map that it belongs to. */
  readonly size: number;
  readonly count: number;
  readonly head: Binary;
}

interface LeavesDocument {
  readonly _id: string;
  readonly epoch: number;
  readonly leaves: readonly number[];
}

interface NodeDocument {
  readonly _id: string;
  readonly epoch: number;
  readonly bytes: Binary;
}

const PER_REQUEST = 1_000;
const EMPTY: StateDocument = { _id: 'state', epoch: 0, size: 0 };

/**
 * The completeness map of one tenant in MongoDB. A step writes what follows from the log beside what is there, and then
 * moves the state in one update; until that, nobody sees it.
 * @example
 * const map = mongoCompletenessMap({ mongo, tenant: 'main' });
 * await map.state(); // undefined: it covers nothing yet
 */
export function mongoCompletenessMap({ mongo, tenant }: MongoCompletenessMapOptions): CompletenessMap {
  return new MongoCompletenessMap(mongo, tenant);
}

class MongoCompletenessMap implements CompletenessMap {
  private readonly states: Collection<StateDocument>;
  private readonly valuesOfKeys: Collection<ValueDocument>;
  private readonly leaves: Collection<LeavesDocument>;
  private readonly nodesByHash: Collection<NodeDocument>;
  private indexed = false;

  constructor(
    private readonly mongo: MongoConnection,
    tenant: string,
  ) {
    this.states = mongo.exact(tenant, 'map');
    this.valuesOfKeys = mongo.exact(tenant, 'map.values');
    this.leaves = mongo.exact(tenant, 'map.leaves');
    this.nodesByHash = mongo.exact(tenant, 'map.nodes');
  }

  async state(): Promise<MapState | undefined> {
    const { size, root, treeRoot } = await this.now();
    if (root === undefined || treeRoot === undefined) return undefined;
    return { size, root: root.value(), treeRoot: treeRoot.value() };
  }

  async values(keys: readonly string[]): Promise<readonly (KeyValue | undefined)[]> {
    for (let before = await this.now(); ;) {
      const found = await this.valuesAt(before, [...new Set(keys)]);
      const after = await this.now();
      // A step that was taken meanwhile removes the values that it replaces: look again.
      if (after.epoch === before.epoch && after.size === before.size)
        return keys.map((key) => found.get(key));
      before = after;
    }
  }

  async leavesOf(key: string, below: number): Promise<readonly number[]> {
    const { epoch, size } = await this.now();
    const parts = [String(epoch), key];
    const found = await this.mongo.run(() =>
      this.leaves.find({ _id: { $gte: orderedId(parts), $lt: idBeyond([String(epoch)], key) } }).toArray(),
    );
    const leaves = new Set(found.flatMap((document) => document.leaves));
    return [...leaves].filter((leaf) => leaf < below && leaf < size).sort((a, b) => a - b);
  }

  async nodes(hashes: readonly Uint8Array[]): Promise<readonly (Uint8Array | undefined)[]> {
    const { epoch } = await this.now();
    const ids = hashes.map((hash) => nodeId(epoch, hash));
    const found = new Map<string, Uint8Array>();
    for (let at = 0; at < ids.length; at += PER_REQUEST) {
      const some = ids.slice(at, at + PER_REQUEST);
      const nodes = await this.mongo.run(() => this.nodesByHash.find({ _id: { $in: some } }).toArray());
      for (const { _id, bytes } of nodes) found.set(_id, bytes.value());
    }
    return ids.map((id) => found.get(id));
  }

  async advance({ from, to, changes, nodes }: MapAdvance): Promise<void> {
    const { epoch, size } = await this.now();
    if (size !== from) throw this.otherSize();
    await this.index();
    await Promise.all([
      insertMissing(
        this.mongo,
        this.nodesByHash,
        nodes.map(({ hash, bytes }) => ({
          _id: nodeId(epoch, hash),
          epoch,
          bytes: new BSON.Binary(bytes),
        })),
        PER_REQUEST,
      ),
      insertMissing(
        this.mongo,
        this.valuesOfKeys,
        changes.map(({ key, value }) => ({
          _id: orderedId([String(epoch), key, String(to.size)]),
          epoch,
          key,
          size: to.size,
          count: value.count,
          head: new BSON.Binary(value.head),
        })),
        PER_REQUEST,
      ),
      insertMissing(
        this.mongo,
        this.leaves,
        changes.map(({ key, leaves }) => ({
          _id: orderedId([String(epoch), key, String(from), String(to.size)]),
          epoch,
          leaves,
        })),
        PER_REQUEST,
      ),
    ]);
    await this.move(epoch, from, to);
    await this.forget(
      epoch,
      to.size,
      changes.map(({ key }) => key),
    );
  }

  async clear(): Promise<void> {
    const { epoch } = await this.now();
    await this.mongo.run(() =>
      this.states.updateOne(
        { _id: 'state', epoch },
        { $inc: { epoch: 1 }, $set: { size: 0 }, $unset: { root: 1, treeRoot: 1 } },
      ),
    );
    const earlier = { epoch: { $lte: epoch } };
    await this.mongo.run(() => this.valuesOfKeys.deleteMany(earlier));
    await this.mongo.run(() => this.leaves.deleteMany(earlier));
    await this.mongo.run(() => this.nodesByHash.deleteMany(earlier));
  }

  /** The connection is shared and stays open. */
  async close(): Promise<void> {}

  private async now(): Promise<StateDocument> {
    return (await this.mongo.run(() => this.states.findOne({ _id: 'state' }))) ?? EMPTY;
  }

  private async valuesAt(
    { epoch, size }: StateDocument,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, KeyValue>> {
    const found = new Map<string, ValueDocument>();
    for (let at = 0; at < keys.length; at += PER_REQUEST) {
      const some = keys.slice(at, at + PER_REQUEST);
      const values = await this.mongo.run(() =>
        this.valuesOfKeys.find({ key: { $in: some }, epoch, size: { $lte: size } }).toArray(),
      );
      for (const value of values)
        if (value.size > (found.get(value.key)?.size ?? -1)) found.set(value.key, value);
    }
    return new Map(Array.from(found, ([key, { count, head }]) => [key, { count, head: head.value() }]));
  }

  /** Moves the state on; a step repeated because its outcome was not known is the same step. */
  private async move(epoch: number, from: number, to: MapState): Promise<void> {
    const state = {
      epoch,
      size: to.size,
      root: new BSON.Binary(to.root),
      treeRoot: new BSON.Binary(to.treeRoot),
    };
    const moved = await this.mongo.run(async () => {
      try {
        if (from > 0 || epoch > 0)
          return (await this.states.replaceOne({ _id: 'state', epoch, size: from }, state)).matchedCount;
        await this.states.insertOne({ _id: 'state', ...state });
        return 1;
      } catch (error) {
        if (isDuplicate(error)) return 0;
        throw error;
      }
    });
    if (moved === 1) return;
    const now = await this.now();
    const isOurs =
      now.epoch === epoch && now.size === to.size && Buffer.from(now.root?.value() ?? []).equals(to.root);
    if (!isOurs) throw this.otherSize();
  }

  /** Removes values that a step has replaced. */
  private async forget(epoch: number, size: number, keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += PER_REQUEST) {
      const some = keys.slice(at, at + PER_REQUEST);
      await this.mongo.run(() =>
        this.valuesOfKeys.deleteMany({ key: { $in: some }, epoch, size: { $lt: size } }),
      );
    }
  }

  private async index(): Promise<void> {
    if (this.indexed) return;
    await this.mongo.run(() => this.valuesOfKeys.createIndex({ key: 1, epoch: 1, size: 1 }, { name: 'key' }));
    this.indexed = true;
  }

  private otherSize(): RapportError {
    return new RapportError(
      'STORE_UNAVAILABLE',
      `The completeness map at ${this.mongo.where} is being brought up to date by another process: try again.`,
    );
  }
}

const nodeId = (epoch: number, hash: Uint8Array): string =>
  `${epoch}/${Buffer.from(hash).toString('base64url')}`;

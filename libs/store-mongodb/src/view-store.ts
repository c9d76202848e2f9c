import type { EntriesQuery, FindQuery, Page, StoredEntry } from '@rapport/kernel';
import type {
  Change,
  Lease,
  MergeRecord,
  Park,
  ParkedKey,
  StoredDocument,
  ViewRef,
  ViewShape,
  ViewStore,
  ViewVersion,
} from '@rapport/ledger';
import type { MongoConnection } from './connection.js';
import { partsOf } from './ordered-ids.js';
import { serverClock } from './server-clock.js';
import { Before } from './view-before.js';
import { versionsIn, ViewCatalogue } from './view-catalogue.js';
import { documentOf } from './view-changes.js';
import { collectionNameOf, STANDING, ViewCollections } from './view-collections.js';
import { ViewDesk } from './view-desk.js';
import { pageOfEntries } from './view-entries.js';
import { findDocuments } from './view-find.js';
import { EngineIndex } from './view-index.js';
import { ViewJournal } from './view-journal.js';
import { Puts } from './view-puts.js';
import { scanCopy } from './view-scan.js';
import { ViewWriter } from './view-writer.js';

export interface MongoViewStoreOptions {
  /** Shared with the other adapters; closed by whoever opened it. */
  readonly mongo: MongoConnection;
  /** Whose views they are: the beginning of the names of their collections. */
  readonly tenant: string;
  /** The clock of leases: milliseconds since the Unix epoch; the server's unless given. */
  readonly now?: () => number;
}

const KEYS_PER_READ = 1_000;

/**
 * The views of one tenant in MongoDB. Needs no transactions, sessions or change streams: see ADR 0020 for why it is right
 * all the same.
 * @throws RapportError `STORE_UNAVAILABLE` from every call while the server does not answer
 * @example
 * const views = mongoViewStore({ mongo, tenant: 'main' });
 * await views.get({ name: 'relationship360', version: 10_001 }, '42');
 */
export function mongoViewStore({ mongo, tenant, now }: MongoViewStoreOptions): ViewStore {
  const clock = now === undefined ? serverClock(mongo) : async () => now();
  return new MongoViewStore(mongo, tenant, new ViewDesk(mongo, tenant, clock));
}

class MongoViewStore implements ViewStore {
  private readonly catalogue: ViewCatalogue;
  private readonly collections: ViewCollections;
  private readonly before: Before;
  private readonly index: EngineIndex;
  private readonly writer: ViewWriter;

  constructor(
    private readonly mongo: MongoConnection,
    tenant: string,
    private readonly desk: ViewDesk,
  ) {
    this.catalogue = new ViewCatalogue(mongo, tenant);
    this.collections = new ViewCollections(mongo, tenant);
    this.before = new Before(mongo, tenant, this.collections);
    this.index = new EngineIndex(mongo, tenant);
    this.writer = new ViewWriter({
      catalogue: this.catalogue,
      collections: this.collections,
      desk,
      index: this.index,
      journal: new ViewJournal(mongo, tenant),
      puts: new Puts(mongo, this.collections, this.before),
    });
  }

  async declare(shape: ViewShape): Promise<void> {
    collectionNameOf({ ...shape, id: 0 });
    await this.catalogue.declare(shape);
  }

  async load(view: ViewRef, keys: readonly string[]): Promise<readonly StoredDocument[]> {
    await this.writer.readable();
    const collection = this.collections.of(await this.catalogue.find(view));
    const asked = [...new Set(keys)];
    const documents: StoredDocument[] = [];
    for (let at = 0; at < asked.length; at += KEYS_PER_READ) {
      const some = asked.slice(at, at + KEYS_PER_READ);
      const found = await this.mongo.run(() => collection.find({ _id: { $in: some } }).toArray());
      for (const kept of found) if (kept.gone === undefined) documents.push(documentOf(kept));
    }
    return documents;
  }

  save(batch: Parameters<ViewStore['save']>[0]): Promise<void> {
    return this.writer.save(batch);
  }

  fill(content: Parameters<ViewStore['fill']>[0]): Promise<void> {
    return this.writer.fill(content);
  }

  async get(view: ViewRef, key: string): Promise<StoredDocument | undefined> {
    return (await this.load(view, [key]))[0];
  }

  async find(view: ViewRef, query: FindQuery): Promise<Page<StoredDocument>> {
    const copy = await this.catalogue.find(view);
    return findDocuments(this.mongo, this.collections.of(copy), copy, query);
  }

  async entries(view: ViewRef, key: string, query: EntriesQuery): Promise<Page<StoredEntry>> {
    await this.writer.readable();
    const copy = await this.catalogue.find(view);
    return pageOfEntries(this.mongo, this.collections.of(copy), copy, key, query);
  }

  scan(view: ViewRef): AsyncIterable<StoredDocument | StoredEntry> {
    const { mongo, catalogue, collections, desk, before } = this;
    return scanCopy({ mongo, catalogue, collections, desk, before }, view);
  }

  async count(view: ViewRef): Promise<number> {
    const collection = this.collections.of(await this.catalogue.find(view));
    const [all, gone] = await Promise.all([
      this.mongo.run(() => collection.countDocuments({})),
      this.mongo.run(() => collection.countDocuments({ gone: true })),
    ]);
    return all - gone;
  }

  history(keys: readonly string[], until: bigint): Promise<readonly bigint[]> {
    return this.index.history(keys, until);
  }

  async *historyKeys(after?: string): AsyncGenerator<string> {
    let keys = await this.index.historyKeysAfter(after);
    while (keys.length > 0) {
      yield* keys;
      keys = await this.index.historyKeysAfter(keys.at(-1));
    }
  }

  hasCorrections(): Promise<boolean> {
    return this.index.hasCorrections();
  }

  corrections(targets: readonly string[], until: bigint): Promise<ReadonlyMap<string, readonly bigint[]>> {
    return this.index.corrections(targets, until);
  }

  async merges(): Promise<readonly MergeRecord[]> {
    return this.index.merges(await this.indexCheckpoint());
  }

  async indexCheckpoint(): Promise<bigint> {
    await this.writer.readable();
    return (await this.catalogue.read()).indexed;
  }

  async versions(view?: string): Promise<readonly ViewVersion[]> {
    await this.writer.readable();
    return versionsIn(await this.catalogue.read(), view);
  }

  build(view: ViewRef, lease: Lease): Promise<void> {
    return this.writer.build(view, lease);
  }

  swap(view: ViewRef, lease: Lease): Promise<void> {
    return this.writer.swap(view, lease);
  }

  drop(view: ViewRef, lease: Lease): Promise<void> {
    return this.writer.drop(view, lease);
  }

  async parked(view?: string): Promise<readonly ParkedKey[]> {
    await this.writer.readable();
    const { copies } = await this.catalogue.read();
    const found = await this.mongo.run(() =>
      this.collections.parked.find(STANDING).sort({ _id: 1 }).toArray(),
    );
    const parked: ParkedKey[] = [];
    for (const { name, version } of versionsIn({ copies, indexed: 0n, written: 0n }, view)) {
      const id = copies.find((copy) => copy.name === name && copy.version === version)?.id;
      for (const { copy, d = '{}', p = 0n } of found.map((kept) => ({ ...kept, copy: partsOf(kept._id)[0] })))
        if (copy === String(id))
          parked.push({ view: name, version, ...(JSON.parse(d) as Omit<Park, 'position'>), position: p });
    }
    return parked;
  }

  unpark(view: ViewRef, key: string, changes: readonly Change[], lease: Lease): Promise<void> {
    return this.writer.unpark(view, key, changes, lease);
  }

  async lease(name: string, owner: string, ttlMs: number): Promise<Lease | undefined> {
    const lease = await this.desk.take(name, owner, ttlMs);
    if (lease !== undefined && this.desk.isWriter(name)) await this.writer.settle(lease.token);
    return lease;
  }

  release(lease: Lease): Promise<void> {
    return this.desk.release(lease);
  }

  /** The connection is shared and stays open. */
  async close(): Promise<void> {}
}

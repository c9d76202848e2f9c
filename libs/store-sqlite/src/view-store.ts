import {
  RapportError,
  type EntriesQuery,
  type FindQuery,
  type Page,
  type StoredEntry,
} from '@rapport/kernel';
import type {
  Change,
  Lease,
  MergeRecord,
  ParkedKey,
  StoredDocument,
  ViewRef,
  ViewShape,
  ViewStore,
  ViewVersion,
} from '@rapport/ledger';
import type { Database } from 'better-sqlite3';
import { openDatabase } from './database.js';
import { guarded, sqliteCodeOf } from './errors.js';
import { Leases } from './lease.js';
import { Statements } from './statements.js';
import { Copies, type Copy } from './view-copies.js';
import { Documents } from './view-documents.js';
import { addTextSearch, pageOfEntries } from './view-entries.js';
import { findDocuments } from './view-find.js';
import { EngineIndex } from './view-index.js';
import { parkedKeys } from './view-parked.js';
import { scanCopy } from './view-scan.js';
import { VIEW_FORMAT } from './view-schema.js';
import { tableOf } from './view-tables.js';
import { ViewWriter } from './view-writer.js';
import { newTurn, WriteTurn } from './write-turn.js';

export interface SqliteViewStoreOptions {
  /** Path of `views.db`; made when it is missing, its folder must exist. */
  readonly file: string;
  /** Reads only, also beside another thread or process that writes. */
  readonly readOnly?: boolean;
  /** Shared by the threads of this process that write the file, made by `newTurn`; without it nobody else does. */
  readonly turn?: SharedArrayBuffer;
  /** How much of the file is kept at hand, in KiB; 64 MiB for writing and 32 for reading unless given. */
  readonly cacheKibibytes?: number;
  /** The clock of leases: milliseconds since the Unix epoch; the system's unless given. */
  readonly now?: () => number;
}

const CACHE_KIBIBYTES = { write: 64 * 1_024, read: 32 * 1_024 } as const;

/**
 * The views of one tenant in an SQLite file. Disposable: on `STORE_FOREIGN` or `STORE_CORRUPT` remove the file and build
 * everything again from the ledger (see {@link isDisposableFailure}).
 * @throws RapportError `STORE_FOREIGN`, `STORE_CORRUPT`, `STORE_READ_ONLY`, `DATA_NOT_FOUND`
 * @example
 * const views = sqliteViewStore({ file: './data/main/views.db' });
 * await views.get({ name: 'relationship360', version: 10_001 }, '42');
 */
export function sqliteViewStore(options: SqliteViewStoreOptions): ViewStore {
  const { file, readOnly = false, now = Date.now, turn = newTurn() } = options;
  const cacheKibibytes = options.cacheKibibytes ?? (readOnly ? CACHE_KIBIBYTES.read : CACHE_KIBIBYTES.write);
  const db = open(file, readOnly, cacheKibibytes);
  return new SqliteViewStore(new Statements(db, file, new WriteTurn(turn)), file, readOnly, now);
}

/**
 * Whether a views file that fails so may be removed and built again from the ledger.
 * @example
 * try { sqliteViewStore({ file }); } catch (error) { if (isDisposableFailure(error)) await rm(file); }
 */
export const isDisposableFailure = (error: unknown): boolean =>
  error instanceof RapportError && (error.code === 'STORE_CORRUPT' || error.code === 'STORE_FOREIGN');

function open(file: string, readOnly: boolean, cacheKibibytes: number): Database {
  // The last commits may be lost with the machine's power: their batches are then simply projected again.
  return openDatabase(VIEW_FORMAT, {
    file,
    readOnly,
    synchronous: 'NORMAL',
    cacheKibibytes,
    walPagesMax: 0,
  });
}

/** Made by {@link sqliteViewStore}. */
export class SqliteViewStore implements ViewStore {
  private readonly copies: Copies;
  private readonly documents: Documents;
  private readonly index: EngineIndex;
  private readonly leases: Leases;
  private readonly writer: ViewWriter;

  constructor(
    private readonly sql: Statements,
    private readonly file: string,
    private readonly readOnly: boolean,
    now: () => number,
  ) {
    addTextSearch(sql.db);
    this.leases = new Leases(this.sql, now);
    this.copies = new Copies(this.sql, this.leases);
    this.documents = new Documents(this.sql);
    this.index = new EngineIndex(this.sql);
    this.writer = new ViewWriter(this.sql, this.copies, this.documents, this.index, this.leases);
  }

  async declare(shape: ViewShape): Promise<void> {
    this.writable();
    this.copies.declare(shape);
  }

  async load(view: ViewRef, keys: readonly string[]): Promise<readonly StoredDocument[]> {
    const copy = this.copies.find(view);
    return this.reading(view, () => this.documents.load(copy, keys));
  }

  async save(batch: Parameters<ViewStore['save']>[0]): Promise<void> {
    this.writable();
    this.writer.save(batch);
  }

  async fill(content: Parameters<ViewStore['fill']>[0]): Promise<void> {
    this.writable();
    this.writer.fill(content);
  }

  async get(view: ViewRef, key: string): Promise<StoredDocument | undefined> {
    return (await this.load(view, [key]))[0];
  }

  async find(view: ViewRef, query: FindQuery): Promise<Page<StoredDocument>> {
    const copy = this.ready(view);
    return this.reading(view, () => findDocuments(this.sql, copy, query));
  }

  async entries(view: ViewRef, key: string, query: EntriesQuery): Promise<Page<StoredEntry>> {
    const copy = this.ready(view);
    return this.reading(view, () => pageOfEntries(this.sql, copy, key, query));
  }

  async *scan(view: ViewRef): AsyncGenerator<StoredDocument | StoredEntry> {
    this.ready(view);
    const own = new Statements(open(this.file, true, CACHE_KIBIBYTES.read), this.file);
    try {
      yield* scanCopy(own, view);
    } finally {
      own.db.close();
    }
  }

  async count(view: ViewRef): Promise<number> {
    const copy = this.ready(view);
    return this.reading(
      view,
      () => this.sql.row<[number]>(`SELECT count(*) FROM ${tableOf(copy)}`)?.[0] ?? 0,
    );
  }

  async history(keys: readonly string[], until: bigint): Promise<readonly bigint[]> {
    return this.index.history(keys, until);
  }

  async *historyKeys(after?: string): AsyncGenerator<string> {
    let keys = this.index.historyKeysAfter(after);
    while (keys.length > 0) {
      yield* keys;
      keys = this.index.historyKeysAfter(keys.at(-1));
    }
  }

  async hasCorrections(): Promise<boolean> {
    return this.index.hasCorrections();
  }

  async corrections(
    targets: readonly string[],
    until: bigint,
  ): Promise<ReadonlyMap<string, readonly bigint[]>> {
    return this.index.corrections(targets, until);
  }

  async merges(): Promise<readonly MergeRecord[]> {
    return this.index.merges();
  }

  async indexCheckpoint(): Promise<bigint> {
    return BigInt(this.index.checkpoint());
  }

  async versions(view?: string): Promise<readonly ViewVersion[]> {
    const versions: ViewVersion[] = [];
    for (const copy of this.copies.all()) {
      const { name, version, state, checkpoint, events } = copy;
      if (state === 'declared' || (view !== undefined && view !== name)) continue;
      versions.push({ name, version, state, checkpoint: BigInt(checkpoint), events });
    }
    return versions;
  }

  async build(view: ViewRef, lease: Lease): Promise<void> {
    this.writable();
    this.copies.build(view, lease);
  }

  async swap(view: ViewRef, lease: Lease): Promise<void> {
    this.writable();
    this.writer.swap(view, lease);
  }

  async drop(view: ViewRef, lease: Lease): Promise<void> {
    this.writable();
    this.copies.drop(view, lease);
  }

  async parked(view?: string): Promise<readonly ParkedKey[]> {
    return parkedKeys(this.sql, view);
  }

  async unpark(view: ViewRef, key: string, changes: readonly Change[], lease: Lease): Promise<void> {
    this.writable();
    this.writer.unpark(view, key, changes, lease);
  }

  async lease(name: string, owner: string, ttlMs: number): Promise<Lease | undefined> {
    this.writable();
    return this.leases.take(name, owner, ttlMs);
  }

  async release(lease: Lease): Promise<void> {
    this.writable();
    this.leases.release(lease);
  }

  async close(): Promise<void> {
    guarded(this.file, () => {
      // Readers may close after the writer, and leave the log as they find it.
      if (!this.readOnly && this.sql.db.open) this.sql.db.pragma('wal_checkpoint(TRUNCATE)');
      this.sql.db.close();
    });
  }

  private writable(): void {
    if (this.readOnly)
      throw new RapportError(
        'STORE_READ_ONLY',
        `The views ${this.file} are open for reading: only the process that keeps them up to date writes them.`,
      );
  }

  /** A copy that can be asked: one that is being built gets its indexes then. */
  private ready(view: ViewRef): Copy {
    const copy = this.copies.find(view);
    if (copy.indexed) return copy;
    if (this.readOnly)
      throw new RapportError(
        'VIEW_BEHIND',
        `Version ${view.version} of the view ${view.name} is being built: ask again when it is live.`,
      );
    this.writer.finish(copy);
    return this.copies.find(view);
  }

  /** A copy may be dropped by its writer between our look at it and our read. */
  private reading<T>(view: ViewRef, read: () => T): T {
    try {
      return read();
    } catch (error) {
      const cause = error instanceof RapportError ? error.cause : error;
      if (sqliteCodeOf(cause) !== 'SQLITE_ERROR') throw error;
      this.copies.find(view);
      throw error;
    }
  }
}

import { createHash } from 'node:crypto';
import type { IndexBatch, MergeRecord } from '@rapport/ledger';
import type { Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { insertMissing } from './insert-missing.js';
import { orderedId, paddedPosition } from './ordered-ids.js';

/** Positions of one history key out of one batch. */
interface HistoryDocument {
  readonly _id: string;
  readonly k: string;
  /** The least of them. */
  readonly first: bigint;
  readonly positions: readonly bigint[];
}

interface CorrectionDocument {
  readonly _id: string;
  readonly target: string;
  readonly position: bigint;
}

type MergeDocument = MergeRecord & { readonly _id: string };

const KEYS_PER_READ = 1_000;
const DOCUMENTS_PER_WRITE = 5_000;

/**
 * The engine's own index: which events may concern a key, corrections by their target, merges. All of it follows from the
 * ledger, so adding is harmless whoever does it and however often; readers look up to a position that is recorded apart.
 */
export class EngineIndex {
  private readonly histories: Collection<HistoryDocument>;
  private readonly corrected: Collection<CorrectionDocument>;
  private readonly merged: Collection<MergeDocument>;
  private indexed = false;

  constructor(
    private readonly mongo: MongoConnection,
    tenant: string,
  ) {
    this.histories = mongo.exact(tenant, 'history');
    this.corrected = mongo.exact(tenant, 'corrections');
    this.merged = mongo.exact(tenant, 'merges');
  }

  async add({ history, corrections, merges }: IndexBatch): Promise<void> {
    await this.index();
    await Promise.all([
      insertMissing(this.mongo, this.histories, historiesOf(history), DOCUMENTS_PER_WRITE),
      insertMissing(
        this.mongo,
        this.corrected,
        corrections.map(({ target, position }) => ({
          _id: orderedId([paddedPosition(position), target]),
          target,
          position,
        })),
        DOCUMENTS_PER_WRITE,
      ),
      insertMissing(
        this.mongo,
        this.merged,
        merges.map((merge) => ({
          _id: orderedId([paddedPosition(merge.position), merge.absorbed, merge.survivor]),
          ...merge,
        })),
        DOCUMENTS_PER_WRITE,
      ),
    ]);
  }

  async history(keys: readonly string[], until: bigint): Promise<readonly bigint[]> {
    const found: bigint[] = [];
    const asked = [...new Set(keys)];
    for (let at = 0; at < asked.length; at += KEYS_PER_READ) {
      const some = asked.slice(at, at + KEYS_PER_READ);
      const documents = await this.mongo.run(() =>
        this.histories
          .find({ k: { $in: some }, first: { $lte: until } }, { projection: { _id: 0, positions: 1 } })
          .toArray(),
      );
      for (const { positions } of documents)
        for (const position of positions) if (position <= until) found.push(position);
    }
    return inOrder(found);
  }

  /** The next history keys after another one, ordered by their UTF-8 bytes. */
  async historyKeysAfter(after: string | undefined): Promise<readonly string[]> {
    return this.mongo.run(async () => {
      const keys: string[] = [];
      const cursor = this.histories
        .find(after === undefined ? {} : { k: { $gt: after } }, { projection: { _id: 0, k: 1 } })
        .sort({ k: 1 })
        .batchSize(KEYS_PER_READ);
      for await (const { k } of cursor) {
        if (k === keys.at(-1)) continue;
        if (keys.length === KEYS_PER_READ) break;
        keys.push(k);
      }
      return keys;
    });
  }

  async hasCorrections(): Promise<boolean> {
    return (await this.mongo.run(() => this.corrected.findOne({}))) !== null;
  }

  async corrections(
    targets: readonly string[],
    until: bigint,
  ): Promise<ReadonlyMap<string, readonly bigint[]>> {
    const found = new Map<string, bigint[]>();
    for (let at = 0; at < targets.length; at += KEYS_PER_READ) {
      const some = targets.slice(at, at + KEYS_PER_READ);
      const documents = await this.mongo.run(() =>
        this.corrected.find({ target: { $in: some }, position: { $lte: until } }).toArray(),
      );
      for (const { target, position } of documents) {
        const positions = found.get(target);
        if (positions === undefined) found.set(target, [position]);
        else positions.push(position);
      }
    }
    for (const [target, positions] of found) found.set(target, inOrder(positions));
    return found;
  }

  async merges(until: bigint): Promise<readonly MergeRecord[]> {
    const documents = await this.mongo.run(() =>
      this.merged
        .find({ position: { $lte: until } })
        .sort({ _id: 1 })
        .toArray(),
    );
    return documents.map(({ _id, ...merge }) => merge);
  }

  private async index(): Promise<void> {
    if (this.indexed) return;
    await this.mongo.run(async () => {
      await this.histories.createIndex({ k: 1, first: 1 }, { name: 'key' });
      await this.corrected.createIndex({ target: 1, position: 1 }, { name: 'target' });
    });
    this.indexed = true;
  }
}

/** One document a key, named after all it holds: repeated it is the same, and cut otherwise it is another one. */
function historiesOf(history: IndexBatch['history']): readonly HistoryDocument[] {
  const byKey = new Map<string, bigint[]>();
  for (const { key, position } of history) {
    const positions = byKey.get(key);
    if (positions === undefined) byKey.set(key, [position]);
    else positions.push(position);
  }
  return Array.from(byKey, ([k, all]) => {
    const positions = inOrder(all);
    const first = positions[0] ?? 0n;
    const rest = createHash('sha256').update(positions.join()).digest('base64url');
    return { _id: orderedId([paddedPosition(first), rest, k]), k, first, positions };
  });
}

const inOrder = (positions: readonly bigint[]): bigint[] =>
  [...new Set(positions)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

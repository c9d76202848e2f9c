import { RapportError } from '@rapport/kernel';
import { BSON, type Binary, type Collection } from 'mongodb';
import type { MongoConnection } from './connection.js';
import { isDuplicate } from './errors.js';
import type { Put } from './view-changes.js';

/** Bytes of a chunk before the next begins; a single put may be larger, up to what MongoDB takes. */
const CHUNK_BYTES = 4 * 1_048_576;

interface ChunkDocument {
  readonly _id: string;
  readonly journal: string;
  readonly n: number;
  /** Of the lease under which it was written. */
  readonly token: number;
  /** Puts as BSON, one behind the other. */
  readonly puts: Binary;
}

/**
 * What a write is going to leave, written down before it is granted. Whoever takes the lease over finishes from here what
 * its predecessor had begun, so that a write happens as a whole although MongoDB is asked for no transaction.
 */
export class ViewJournal {
  private readonly collection: Collection<ChunkDocument>;

  constructor(
    private readonly mongo: MongoConnection,
    tenant: string,
  ) {
    this.collection = mongo.exact<ChunkDocument>(tenant, 'journal');
  }

  /** Writes puts down under a name that nobody else uses; gives how many chunks they made. */
  async write(journal: string, token: number, puts: readonly Put[]): Promise<number> {
    const chunks = chunksOf(puts).map((bytes, n) => ({
      _id: `${journal}/${n}`,
      journal,
      n,
      token,
      puts: new BSON.Binary(bytes),
    }));
    for (const chunk of chunks)
      await this.mongo.run(async () => {
        try {
          await this.collection.insertOne(chunk);
        } catch (error) {
          if (!isDuplicate(error)) throw error;
        }
      });
    return chunks.length;
  }

  /** The puts again; undefined when some were removed: then the write was finished. */
  async read(journal: string, chunkCount: number): Promise<readonly Put[] | undefined> {
    if (chunkCount === 0) return [];
    const ids = Array.from({ length: chunkCount }, (_, n) => `${journal}/${n}`);
    const found = await this.mongo.run(() =>
      this.collection
        .find({ _id: { $in: ids } })
        .sort({ n: 1 })
        .toArray(),
    );
    if (found.length < chunkCount) return undefined;
    return found.flatMap(({ puts }) => putsIn(puts.value()));
  }

  async remove(journal: string, chunkCount: number): Promise<void> {
    const ids = Array.from({ length: chunkCount }, (_, n) => `${journal}/${n}`);
    if (ids.length > 0) await this.mongo.run(() => this.collection.deleteMany({ _id: { $in: ids } }));
  }

  /** Removes what writers before this lease left that were never granted what they had written down. */
  async removeBefore(token: number): Promise<void> {
    await this.mongo.run(() => this.collection.deleteMany({ token: { $lt: token } }));
  }
}

function chunksOf(puts: readonly Put[]): readonly Buffer[] {
  const chunks: Buffer[] = [];
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  const end = (): void => {
    if (pieces.length > 0) chunks.push(Buffer.concat(pieces));
    pieces = [];
    bytes = 0;
  };
  for (const put of puts) {
    const piece = BSON.serialize(put);
    if (bytes + piece.length > CHUNK_BYTES) end();
    pieces.push(piece);
    bytes += piece.length;
  }
  end();
  return chunks;
}

function putsIn(chunk: Uint8Array): readonly Put[] {
  const puts: Put[] = [];
  const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  for (let at = 0; at < view.length;) {
    const length = view.readInt32LE(at);
    if (length <= 0 || at + length > view.length)
      throw new RapportError(
        'STORE_CORRUPT',
        'The journal of the views is damaged: drop the views of the tenant and let them be built again.',
      );
    puts.push(
      BSON.deserialize(view.subarray(at, at + length), { promoteLongs: true, useBigInt64: true }) as Put,
    );
    at += length;
  }
  return puts;
}

import { Refusal } from '../refusal.js';
import { HASH_BYTES, LEAF_PREFIX, NODE_PREFIX, sha256Into } from '../tree/hash.js';
import { placesOf } from './entry-bundle.js';
import { TILE_WIDTH } from './tile.js';

/** A bundle whose entries were hashed as far as they can be read. */
export interface HashedBundle {
  readonly entries: number;
  /** Why the entry behind the last one cannot be read. */
  readonly refusal?: Refusal;
}

/**
 * Hashes bundles of entries one after the other in the same memory. Nothing is copied for a hash: in front of every entry
 * stands its length and in front of every pair of hashes one that is done with, so the prefix of RFC 6962 is written
 * there, and what is hashed lies in one piece.
 */
export class TileHashes {
  /** A byte for the first prefix, then the hashes of a tile. */
  private readonly tile = Buffer.alloc(1 + TILE_WIDTH * HASH_BYTES);
  private readonly pairs = Array.from(
    { length: TILE_WIDTH / 2 },
    (_, pair) =>
      new Uint8Array(this.tile.buffer, this.tile.byteOffset + pair * 2 * HASH_BYTES, 1 + 2 * HASH_BYTES),
  );
  private readonly starts = new Uint32Array(TILE_WIDTH);
  private readonly ends = new Uint32Array(TILE_WIDTH);

  /** Hashes the entries of a bundle up to its end or to the first that cannot be read. */
  hash(bundle: Uint8Array, width: number): HashedBundle {
    const bytes = new Uint8Array(bundle); // a copy, to write prefixes into
    let entries = 0;
    try {
      for (const { start, end } of placesOf(bundle, width)) {
        this.starts[entries] = start;
        this.ends[entries] = end;
        bytes[start - 1] = LEAF_PREFIX;
        sha256Into(this.tile, 1 + entries * HASH_BYTES, bytes.subarray(start - 1, end));
        entries++;
      }
      return { entries };
    } catch (error) {
      if (error instanceof Refusal) return { entries, refusal: error };
      throw error;
    }
  }

  /** Where in the bundle hashed last an entry starts and ends. */
  placeOf(entry: number): { readonly start: number; readonly end: number } {
    return { start: this.starts[entry] ?? 0, end: this.ends[entry] ?? 0 };
  }

  /** The first hashes of the bundle hashed last, one behind the other, as a tile of level 0 has them. */
  first(entries: number): Buffer {
    return this.tile.subarray(1, 1 + entries * HASH_BYTES);
  }

  /** One hash in standard base64. */
  base64(entry: number): string {
    return this.tile.toString('base64', 1 + entry * HASH_BYTES, 1 + (entry + 1) * HASH_BYTES);
  }

  /**
   * The root over a full bundle. Each level is written over the one below: the hashes are lost.
   *
   * Source: RFC 6962, section 2.1.
   */
  root(): Uint8Array {
    for (let pairs = TILE_WIDTH / 2; pairs >= 1; pairs /= 2)
      for (let pair = 0; pair < pairs; pair++) {
        this.tile[pair * 2 * HASH_BYTES] = NODE_PREFIX;
        sha256Into(this.tile, 1 + pair * HASH_BYTES, this.pairs[pair] as Uint8Array);
      }
    return Buffer.from(this.tile.subarray(1, 1 + HASH_BYTES));
  }
}

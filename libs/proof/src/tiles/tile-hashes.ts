import { HASH_BYTES, LEAF_PREFIX, NODE_PREFIX, sha256Text } from '../tree/hash.js';
import type { EntryPlaces } from './entry-bundle.js';
import { TILE_WIDTH } from './tile.js';

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

  /**
   * Hashes the first entries of a bundle. The second byte of the length of each is lost.
   * @returns the hashes, one behind the other, as a tile of level 0 has them: until the next call
   */
  ofEntries(bundle: Uint8Array, { starts, ends }: EntryPlaces, entries: number): Uint8Array {
    const { buffer, byteOffset } = bundle;
    let hashes = '';
    for (let entry = 0; entry < entries; entry++) {
      const before = (starts[entry] as number) - 1;
      bundle[before] = LEAF_PREFIX;
      const bytes = (ends[entry] as number) - before;
      hashes += sha256Text(new Uint8Array(buffer, byteOffset + before, bytes));
    }
    return this.write(hashes);
  }

  /**
   * The root over a full bundle whose entries were hashed last. Each level is written over the one below.
   *
   * Source: RFC 6962, section 2.1.
   * @returns its hash, until the next call
   */
  root(): Uint8Array {
    for (let pairs = TILE_WIDTH / 2; pairs >= 1; pairs /= 2) {
      let hashes = '';
      for (let pair = 0; pair < pairs; pair++) {
        this.tile[pair * 2 * HASH_BYTES] = NODE_PREFIX;
        hashes += sha256Text(this.pairs[pair] as Uint8Array);
      }
      this.write(hashes);
    }
    return this.tile.subarray(1, 1 + HASH_BYTES);
  }

  private write(hashes: string): Uint8Array {
    this.tile.write(hashes, 1, 'latin1');
    return this.tile.subarray(1, 1 + hashes.length);
  }
}

import { LeafLinksReader, type LeafLinks } from '../leaf/leaf-links.js';
import { HASH_BYTES, HASH_WORDS } from '../tree/hash.js';
import { EntryPlaces, type EntriesFound } from './entry-bundle.js';
import { TILE_WIDTH } from './tile.js';
import type { TileHashes } from './tile-hashes.js';

const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT;
/** Before the bundle: the hashes of its entries, their root, where each starts and ends, and the length of the bundle. */
const HEAD_BYTES = (TILE_WIDTH + 1) * HASH_BYTES + (2 * TILE_WIDTH + 1) * WORD_BYTES;

/** Bytes of memory that reading bundles of at most so many bytes takes. */
export const readingBytes = (bundleBytesMax: number): number =>
  HEAD_BYTES + Math.ceil(bundleBytesMax / WORD_BYTES) * WORD_BYTES;

/**
 * What reading a bundle of entries gives: where its entries stand, their hashes, and the root over them. All of it lies in
 * one block of memory, which threads may share: one reads a bundle, another goes on with it.
 */
export class BundleReading {
  /** The hashes of the entries as words. */
  readonly hashWords: Int32Array;
  private readonly hashBytes: Buffer;
  private readonly rootBytes: Uint8Array;
  private readonly places: EntryPlaces;
  private readonly length: Uint32Array;
  private readonly content: Buffer;
  private readonly leaves: LeafLinksReader;

  /**
   * @param bundleBytesMax bytes that a bundle can have to be read here
   * @param offset where its memory starts, a multiple of 4
   */
  constructor(
    readonly bundleBytesMax: number,
    memory: ArrayBufferLike = new ArrayBuffer(readingBytes(bundleBytesMax)),
    offset = 0,
  ) {
    let end = offset;
    const take = (bytes: number): number => (end += bytes) - bytes;
    const words = (count: number): Uint32Array => new Uint32Array(memory, take(count * WORD_BYTES), count);
    this.hashWords = new Int32Array(memory, take(TILE_WIDTH * HASH_BYTES), TILE_WIDTH * HASH_WORDS);
    this.hashBytes = Buffer.from(memory, offset, TILE_WIDTH * HASH_BYTES);
    this.rootBytes = new Uint8Array(memory, take(HASH_BYTES), HASH_BYTES);
    this.places = new EntryPlaces(TILE_WIDTH, words(TILE_WIDTH), words(TILE_WIDTH));
    this.length = words(1);
    this.content = Buffer.from(memory, end, bundleBytesMax);
    this.leaves = new LeafLinksReader(this.content);
  }

  /** Bytes of the bundle that was read. */
  get bytes(): number {
    return this.length[0] as number;
  }

  /** Reads a bundle, as far as it can be read. */
  read(bundle: Uint8Array, width: number, tile: TileHashes): EntriesFound {
    this.content.set(bundle);
    this.length[0] = bundle.length;
    const found = this.places.find(bundle, width);
    this.hashBytes.set(tile.ofEntries(this.content, this.places, found.entries));
    if (found.entries === TILE_WIDTH) this.rootBytes.set(tile.root());
    return found;
  }

  /** The hashes of the first entries, one behind the other, as a tile of level 0 has them. */
  hashes(entries: number): Buffer {
    return this.hashBytes.subarray(0, entries * HASH_BYTES);
  }

  /** The root over a bundle that is full. */
  root(): Uint8Array {
    return Uint8Array.from(this.rootBytes);
  }

  /**
   * What ties the leaf at this place to its neighbours, until another is asked for.
   * @throws Refusal as `parseLeaf`
   */
  leafAt(place: number): LeafLinks {
    return this.leaves.read(this.places.starts[place] as number, this.places.ends[place] as number);
  }
}

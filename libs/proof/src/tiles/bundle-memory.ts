import { HASH_BYTES } from '../tree/hash.js';
import { EntryPlaces } from './entry-bundle.js';
import { TILE_WIDTH } from './tile.js';

const DOUBLE_BYTES = Float64Array.BYTES_PER_ELEMENT;
const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT;
/** For each entry two doubles, two hashes, four words and a byte; then a root, and the length of the bundle. */
const COLUMNS_BYTES =
  TILE_WIDTH * (2 * DOUBLE_BYTES + 2 * HASH_BYTES + 4 * WORD_BYTES + 1) + HASH_BYTES + DOUBLE_BYTES;

/** What is known of a bundle and its entries, column by column, and the bundle itself. */
export interface BundleMemory {
  readonly places: EntryPlaces;
  readonly hashes: Int32Array<ArrayBufferLike>;
  readonly root: Uint8Array;
  /** 1 for an entry that is a plain leaf: then the columns below say what ties it to its neighbours. */
  readonly isPlain: Uint8Array;
  readonly revisions: Float64Array;
  readonly recordedOrders: Float64Array;
  readonly previous: Int32Array;
  readonly streamStarts: Uint32Array;
  readonly streamEnds: Uint32Array;
  /** One number: how many bytes of `content` are the bundle. */
  readonly length: Uint32Array;
  readonly content: Buffer;
}

/** Bytes of memory for a bundle of at most so many bytes, so that the next one behind it is aligned. */
export const bundleMemoryBytes = (bundleBytesMax: number): number =>
  COLUMNS_BYTES + Math.ceil(bundleBytesMax / DOUBLE_BYTES) * DOUBLE_BYTES;

/** Lays out memory for a bundle of at most so many bytes, from `offset` on, a multiple of 8. */
export function bundleMemory(
  bundleBytesMax: number,
  buffer: ArrayBufferLike = new ArrayBuffer(bundleMemoryBytes(bundleBytesMax)),
  offset = 0,
): BundleMemory {
  let end = offset;
  // The largest elements first: each column starts at a multiple of its element.
  const take = (bytes: number): number => (end += bytes) - bytes;
  const doubles = (): Float64Array => new Float64Array(buffer, take(TILE_WIDTH * DOUBLE_BYTES), TILE_WIDTH);
  const hashes = (): Int32Array =>
    new Int32Array(buffer, take(TILE_WIDTH * HASH_BYTES), (TILE_WIDTH * HASH_BYTES) / WORD_BYTES);
  const words = (): Uint32Array => new Uint32Array(buffer, take(TILE_WIDTH * WORD_BYTES), TILE_WIDTH);
  return {
    revisions: doubles(),
    recordedOrders: doubles(),
    length: new Uint32Array(buffer, take(DOUBLE_BYTES), 1),
    hashes: hashes(),
    previous: hashes(),
    places: new EntryPlaces(TILE_WIDTH, words(), words()),
    streamStarts: words(),
    streamEnds: words(),
    root: new Uint8Array(buffer, take(HASH_BYTES), HASH_BYTES),
    isPlain: new Uint8Array(buffer, take(TILE_WIDTH), TILE_WIDTH),
    content: Buffer.from(buffer, end, bundleBytesMax),
  };
}

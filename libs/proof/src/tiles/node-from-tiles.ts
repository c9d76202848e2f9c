import { refuse } from '../refusal.js';
import { HASH_BYTES } from '../tree/hash.js';
import { requireSizes } from '../tree/inclusion.js';
import type { NodeAddress } from '../tree/stored-hash.js';
import { TreeBuilder } from '../tree/tree-builder.js';
import type { LogReader } from './log-reader.js';
import { TILE_HEIGHT, TILE_WIDTH, tilePath } from './tile.js';

/**
 * Reads the hash of a complete node of a log of `size` from its tiles. Nothing of it is verified: the proof made of it
 * will be.
 *
 * Source: C2SP tlog-tiles, Merkle tree.
 * @throws Refusal `malformed` when a tile is missing or has another length
 * @example planInclusion(4, 15).nodes.map((node) => nodeFromTiles(reader, 15, node))
 */
export function nodeFromTiles(reader: LogReader, size: number, { level, index }: NodeAddress): Uint8Array {
  requireSizes(size, level, index);
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const span = 2 ** (level % TILE_HEIGHT);
  const first = index * span;
  const tileIndex = Math.floor(first / TILE_WIDTH);
  const hashes = Math.floor(size / TILE_WIDTH ** tileLevel);
  const width = Math.min(TILE_WIDTH, hashes - tileIndex * TILE_WIDTH);
  const start = first % TILE_WIDTH;
  if (start + span > width) throw new RangeError('the node is not complete at this size');
  const path = tilePath({ level: tileLevel, index: tileIndex, width });
  const bytes = reader.read(path, width * HASH_BYTES);
  if (bytes?.length !== width * HASH_BYTES) return refuse('malformed', `${path} is missing or cut off`);
  const subtree = new TreeBuilder();
  for (let place = start; place < start + span; place++)
    subtree.append(bytes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES));
  return subtree.root();
}

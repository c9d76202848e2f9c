import { refuse } from '../refusal.js';
import { HASH_BYTES } from '../tree/hash.js';
import { requireSizes } from '../tree/inclusion.js';
import type { ProofPlan } from '../tree/proof-plan.js';
import type { NodeAddress } from '../tree/stored-hash.js';
import { TreeBuilder } from '../tree/tree-builder.js';
import { readFiles, type FileReads, type LogReader } from './log-reader.js';
import { TILE_HEIGHT, TILE_WIDTH, tilePath, type Tile } from './tile.js';

/**
 * Reads the hash of a complete node of a log of `size` from its tiles. Nothing of it is verified: the proof made of it
 * will be.
 *
 * Source: C2SP tlog-tiles, Merkle tree.
 * @throws Refusal `malformed` when a tile is missing or has another length
 * @example planInclusion(4, 15).nodes.map((node) => nodeFromTiles(reader, 15, node))
 */
export const nodeFromTiles = (reader: LogReader, size: number, node: NodeAddress): Uint8Array =>
  readFiles(nodeOf(size, node), reader);

/**
 * Makes what a plan is for from the tiles of a log of `size`: a proof, or a root. Nothing of it is verified.
 *
 * Source: C2SP tlog-tiles, Merkle tree. A partial tile that was pruned is taken from the full one that replaced it.
 * @throws Refusal `malformed` when a tile is missing or has another length
 * @example readFiles(planFromTiles(planConsistency(100, 300), 300), reader)
 */
export function* planFromTiles<T>(plan: ProofPlan<T>, size: number): FileReads<T> {
  const hashes: Uint8Array[] = [];
  for (const node of plan.nodes) hashes.push(yield* nodeOf(size, node));
  return plan.assemble(hashes);
}

function* nodeOf(size: number, { level, index }: NodeAddress): FileReads<Uint8Array> {
  requireSizes(size, level, index);
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const span = 2 ** (level % TILE_HEIGHT);
  const first = index * span;
  const tileIndex = Math.floor(first / TILE_WIDTH);
  const hashes = Math.floor(size / TILE_WIDTH ** tileLevel);
  const width = Math.min(TILE_WIDTH, hashes - tileIndex * TILE_WIDTH);
  const start = first % TILE_WIDTH;
  if (start + span > width) throw new RangeError('the node is not complete at this size');
  const bytes = yield* tileOf({ level: tileLevel, index: tileIndex, width });
  const subtree = new TreeBuilder();
  for (let place = start; place < start + span; place++)
    subtree.append(bytes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES));
  return subtree.root();
}

function* tileOf(tile: Tile): FileReads<Uint8Array> {
  const path = tilePath(tile);
  const bytes = tile.width * HASH_BYTES;
  const content = yield { path, bytesMax: bytes };
  if (content?.length === bytes) return content;
  if (content === undefined && tile.width < TILE_WIDTH) {
    const full = yield { path: tilePath({ ...tile, width: TILE_WIDTH }), bytesMax: TILE_WIDTH * HASH_BYTES };
    if (full?.length === TILE_WIDTH * HASH_BYTES) return full.subarray(0, bytes);
  }
  return refuse('malformed', `${path} is missing or cut off`);
}

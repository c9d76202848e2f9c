import { equalBytes } from '../bytes.js';
import { refuse } from '../refusal.js';
import {
  bitAt,
  EMPTY_MAP_ROOT,
  innerNode,
  leafNode,
  parseMapNode,
  PATH_BITS,
  pathOfKey,
  type MapLeaf,
  type MapNode,
  type MapValue,
} from './map-node.js';
import type { NodeReads } from './node-reads.js';

/** What a batch of changes made of the map. */
export interface MapUpdate {
  readonly root: Uint8Array;
  /** Nodes to store beside the old ones: with those, earlier roots stay provable. Some may be stored already. */
  readonly written: readonly MapNode[];
}

/**
 * The Merkle map, which proves for every key what it holds or that it holds nothing.
 *
 * Format. A key's path is the 256 bits of its SHA-256. The map is a binary trie over paths, bit 0 (the most significant of
 * the first byte) at the root, 0 to the left. A subtree without a key has the hash SHA-256(0x04); a subtree with one key
 * is that key's leaf, at whatever depth it stands; any other is an inner node.
 * - leaf: SHA-256(0x02 || path, 32 bytes || count, 8 bytes big-endian || head, 32 bytes)
 * - inner node: SHA-256(0x03 || left, 32 bytes || right, 32 bytes)
 *
 * A node's stored bytes are what is hashed, so a store is a table from hash to bytes. A root fixes the map: the order of
 * changes leaves no trace. Paths of n keys are about log2(n) + 1.3 nodes long. Keys are never removed.
 *
 * This function sets the values of many keys at once. Each node on the way to a change is read once and hashed once,
 * however many changes lie below it; nodes are asked for level by level.
 *
 * Source: prefixes as RFC 6962, section 2.1; sparse Merkle trees, Dahlberg, Pulls & Peeters 2016, NordSec; subtrees of one
 * key as a leaf, Gao, Hu & Wu 2021 (Jellyfish Merkle tree); proofs of absence, Melara et al. 2015 (CONIKS), USENIX Security.
 * @param root {@link EMPTY_MAP_ROOT} to begin with
 * @throws Refusal `malformed` or `bad-proof` when a stored node is missing or was changed; RangeError for a key given twice
 * @example readNodes(updateMap(EMPTY_MAP_ROOT, [[key, { count: 1, head }]]), () => undefined).root
 */
export function* updateMap(
  root: Uint8Array,
  changes: Iterable<readonly [key: Uint8Array, value: MapValue]>,
): NodeReads<MapUpdate> {
  const leaves = sortedLeaves(changes);
  if (leaves.length === 0) return { root, written: [] };
  const top: Place = { hash: root, depth: 0, low: 0, high: leaves.length };
  for (let level = [top]; level.length > 0;) {
    const stored = level.filter(({ hash }) => !equalBytes(hash, EMPTY_MAP_ROOT));
    const bytes = stored.length === 0 ? [] : yield stored.map(({ hash }) => hash);
    level = stored.flatMap((place, at) => open(place, bytes[at], leaves));
  }
  const written: MapNode[] = [];
  return { root: rebuild(top, leaves, written), written };
}

/** A node on the way to changes: those of the sorted list from `low` up to, not including, `high` lie below it. */
interface Place {
  readonly hash: Uint8Array;
  readonly depth: number;
  readonly low: number;
  readonly high: number;
  /** What stands there now; not set where nothing does. */
  now?: { readonly left: Place; readonly right: Place } | MapLeaf;
}

/** Notes what stands at a place. @returns the places below that changes reach */
function open(place: Place, bytes: Uint8Array | undefined, leaves: readonly MapLeaf[]): readonly Place[] {
  const node = parseMapNode(bytes, place.hash);
  if (node.kind === 'leaf') {
    place.now = node.leaf;
    return [];
  }
  const { low, high } = place;
  if (place.depth === PATH_BITS) refuse('malformed', 'the map is deeper than a path is long');
  const middle = firstRight(leaves, place);
  const depth = place.depth + 1;
  const left = { hash: node.left, depth, low, high: middle };
  const right = { hash: node.right, depth, low: middle, high };
  place.now = { left, right };
  return [left, right].filter((one) => one.low < one.high);
}

/** The hash of a place after the changes. */
function rebuild(place: Place, leaves: readonly MapLeaf[], written: MapNode[]): Uint8Array {
  const { low, high, depth, now, hash } = place;
  if (low === high) return hash;
  if (now !== undefined && 'left' in now) {
    const node = innerNode(rebuild(now.left, leaves, written), rebuild(now.right, leaves, written));
    return keep(node, hash, written);
  }
  const changed = leaves.slice(low, high);
  if (now !== undefined && !changed.some(({ path }) => equalBytes(path, now.path))) {
    changed.push(now);
    changed.sort(byPath);
  }
  return plant(changed, depth, hash, written);
}

/** The hash of a subtree of these leaves alone, sorted by path. */
function plant(
  leaves: readonly MapLeaf[],
  depth: number,
  before: Uint8Array,
  written: MapNode[],
): Uint8Array {
  const [first, second] = leaves;
  if (first === undefined) return EMPTY_MAP_ROOT;
  if (second === undefined) return keep(leafNode(first), before, written);
  const middle = firstRight(leaves, { depth, low: 0, high: leaves.length });
  const left = plant(leaves.slice(0, middle), depth + 1, before, written);
  const right = plant(leaves.slice(middle), depth + 1, before, written);
  return keep(innerNode(left, right), before, written);
}

function keep(node: MapNode, before: Uint8Array, written: MapNode[]): Uint8Array {
  if (!equalBytes(node.hash, before)) written.push(node);
  return node.hash;
}

/** Of sorted leaves that share their first `depth` bits, the place of the first whose next bit is 1. */
function firstRight(
  leaves: readonly MapLeaf[],
  { depth, low, high }: { readonly depth: number; readonly low: number; readonly high: number },
): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >> 1;
    const leaf = leaves[middle];
    if (leaf !== undefined && bitAt(leaf.path, depth) === 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function sortedLeaves(changes: Iterable<readonly [key: Uint8Array, value: MapValue]>): readonly MapLeaf[] {
  const leaves = Array.from(changes, ([key, value]) => ({ path: pathOfKey(key), value })).sort(byPath);
  const twice = leaves.some(({ path }, at) => {
    const next = leaves[at + 1];
    return next !== undefined && equalBytes(path, next.path);
  });
  if (twice) throw new RangeError('a key is given twice');
  return leaves;
}

const byPath = (a: MapLeaf, b: MapLeaf): number => Buffer.compare(a.path, b.path);

import { equalBytes } from '../bytes.js';
import { refuse } from '../refusal.js';
import { HASH_BYTES } from '../tree/hash.js';
import { requireHashes } from '../tree/inclusion.js';
import {
  bitAt,
  EMPTY_MAP_ROOT,
  formatMapValue,
  innerNode,
  leafNode,
  parseMapNode,
  parseMapValue,
  PATH_BITS,
  pathOfKey,
  sharedBits,
  VALUE_BYTES,
  type MapLeaf,
  type MapValue,
} from './map-node.js';
import type { NodeReads } from './node-reads.js';

/**
 * A proof about one key: what stands at the end of its path, and the siblings on the way, from the root's child down.
 * `present`: the key's own leaf; `empty`: nothing; `other`: the only leaf below, which is another key's.
 */
export type MapProof = { readonly siblings: readonly Uint8Array[] } & (
  | { readonly kind: 'present'; readonly value: MapValue }
  | { readonly kind: 'empty' }
  | { readonly kind: 'other'; readonly leaf: MapLeaf }
);

/**
 * Builds the proof of a key, present or absent, under a root, past or present.
 * @example readNodes(proveKey(root, key), (hash) => nodes.get(hash)).kind
 */
export function* proveKey(root: Uint8Array, key: Uint8Array): NodeReads<MapProof> {
  const path = pathOfKey(key);
  const siblings: Uint8Array[] = [];
  let hash = root;
  while (!equalBytes(hash, EMPTY_MAP_ROOT)) {
    const [bytes] = yield [hash];
    const node = parseMapNode(bytes, hash);
    if (node.kind === 'leaf') {
      const { leaf } = node;
      if (!equalBytes(leaf.path, path)) return { kind: 'other', siblings, leaf };
      return { kind: 'present', siblings, value: leaf.value };
    }
    if (siblings.length === PATH_BITS) refuse('malformed', 'the map is deeper than a path is long');
    const goRight = bitAt(path, siblings.length) === 1;
    siblings.push(goRight ? node.left : node.right);
    hash = goRight ? node.right : node.left;
  }
  return { kind: 'empty', siblings };
}

/**
 * Verifies a proof about a key. A root fixes one way down for every key, so it cannot prove two answers.
 * @returns the key's value, or undefined: proven to be absent
 * @throws Refusal `bad-proof` when it leads to another root, `malformed` when it cannot be a proof about the key
 * @example verifyMapProof(root, key, proof)?.count
 */
export function verifyMapProof(root: Uint8Array, key: Uint8Array, proof: MapProof): MapValue | undefined {
  const path = pathOfKey(key);
  const { siblings } = proof;
  requireHashes([root, ...siblings]);
  if (siblings.length > PATH_BITS) refuse('malformed', `a proof has at most ${PATH_BITS} siblings`);
  const end = endOf(proof, path);
  const top = siblings.reduceRight(
    (hash, sibling, depth) =>
      (bitAt(path, depth) === 1 ? innerNode(sibling, hash) : innerNode(hash, sibling)).hash,
    end,
  );
  if (!equalBytes(top, root)) refuse('bad-proof', 'the proof leads to another root');
  return proof.kind === 'present' ? proof.value : undefined;
}

function endOf(proof: MapProof, path: Uint8Array): Uint8Array {
  switch (proof.kind) {
    case 'empty':
      return EMPTY_MAP_ROOT;
    case 'present':
      return leafNode({ path, value: proof.value }).hash;
    case 'other': {
      requireHashes([proof.leaf.path]);
      const shared = sharedBits(proof.leaf.path, path);
      if (shared === PATH_BITS) refuse('malformed', 'the other leaf is that of the key itself');
      if (shared < proof.siblings.length) refuse('malformed', 'the other leaf is not below the path');
      return leafNode(proof.leaf).hash;
    }
  }
}

const KINDS = ['present', 'empty', 'other'] as const;

/**
 * The bytes of a proof: a byte for the kind (0 present, 1 empty, 2 other), a big-endian uint16 for the number of
 * siblings, the siblings, then the value (present) or path and value (other).
 */
export function formatMapProof(proof: MapProof): Uint8Array {
  const head = Buffer.alloc(3);
  head.writeUInt8(KINDS.indexOf(proof.kind));
  head.writeUInt16BE(proof.siblings.length, 1);
  const parts = [head, ...proof.siblings];
  if (proof.kind === 'present') parts.push(formatMapValue(proof.value));
  if (proof.kind === 'other') parts.push(proof.leaf.path, formatMapValue(proof.leaf.value));
  return Buffer.concat(parts);
}

/** Reads the bytes of a proof strictly. @throws Refusal `malformed` */
export function parseMapProof(bytes: Uint8Array): MapProof {
  const [code, high, low] = bytes;
  if (code === undefined || high === undefined || low === undefined)
    return refuse('malformed', 'the map proof is cut off');
  const kind = KINDS[code] ?? refuse('malformed', 'the map proof is of no known kind');
  const count = high * 256 + low;
  if (count > PATH_BITS) refuse('malformed', `a proof has at most ${PATH_BITS} siblings`);
  const end = 3 + count * HASH_BYTES;
  const rest = { present: VALUE_BYTES, empty: 0, other: HASH_BYTES + VALUE_BYTES }[kind];
  if (bytes.length !== end + rest) refuse('malformed', 'the map proof has not the length it must have');
  const siblings = Array.from({ length: count }, (_, at) =>
    bytes.subarray(3 + at * HASH_BYTES, 3 + (at + 1) * HASH_BYTES),
  );
  switch (kind) {
    case 'empty':
      return { kind, siblings };
    case 'present':
      return { kind, siblings, value: parseMapValue(bytes.subarray(end)) };
    case 'other': {
      const path = bytes.subarray(end, end + HASH_BYTES);
      return { kind, siblings, leaf: { path, value: parseMapValue(bytes.subarray(end + HASH_BYTES)) } };
    }
  }
}

import { equalBytes } from '../bytes.js';
import { refuse } from '../refusal.js';
import { HASH_BYTES, nodeHash } from './hash.js';

/** That a leaf is at `index` of the tree of `size` leaves. */
export interface Inclusion {
  readonly index: number;
  readonly size: number;
  /** The leaf's hash, not its bytes. */
  readonly leaf: Uint8Array;
  /** From the leaf's sibling up to the root's child. */
  readonly proof: readonly Uint8Array[];
}

/**
 * The root to which an inclusion proof leads.
 *
 * Source: RFC 9162, section 2.1.3.2 (the tree of RFC 6962).
 * @throws Refusal `out-of-range` when the index is not below the size, `malformed` when a hash has not 32 bytes,
 * `bad-proof` when the proof is too long or too short for index and size
 * @example rootFromInclusion({ index: 0, size: 2, leaf: leafHash(one), proof: [leafHash(two)] })
 */
export function rootFromInclusion({ index, size, leaf, proof }: Inclusion): Uint8Array {
  requireSizes(index, size);
  if (index >= size) refuse('out-of-range', 'the index is not below the size');
  requireHashes([leaf, ...proof]);
  let own = index;
  let last = size - 1;
  let root = leaf;
  for (const sibling of proof) {
    if (last === 0) refuse('bad-proof', 'the proof is too long');
    if (own % 2 === 1 || own === last) {
      root = nodeHash(sibling, root);
      // A right edge without sibling goes up unhashed until it is a right child.
      while (own % 2 === 0 && own !== 0) {
        own /= 2;
        last = Math.floor(last / 2);
      }
    } else root = nodeHash(root, sibling);
    own = Math.floor(own / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) refuse('bad-proof', 'the proof is too short');
  return root;
}

/**
 * Checks that a leaf is in the tree with this root.
 *
 * Source: RFC 9162, section 2.1.3.2 (the tree of RFC 6962).
 * @throws Refusal as {@link rootFromInclusion}, and `bad-proof` when it leads to another root
 * @example verifyInclusion({ index: 0, size: 1, leaf: leafHash(one), proof: [] }, leafHash(one))
 */
export function verifyInclusion(inclusion: Inclusion, root: Uint8Array): void {
  requireHashes([root]);
  if (!equalBytes(rootFromInclusion(inclusion), root))
    refuse('bad-proof', 'the inclusion proof leads to another root');
}

/** Refuses sizes and indexes that are no exact non-negative integers. */
export function requireSizes(...sizes: readonly number[]): void {
  for (const size of sizes)
    if (!Number.isSafeInteger(size) || size < 0)
      refuse('out-of-range', 'a size or index is not an integer from 0 to 2^53 - 1');
}

/** Refuses hashes that are not 32 bytes long. */
export function requireHashes(hashes: readonly Uint8Array[]): void {
  for (const one of hashes)
    if (one.length !== HASH_BYTES) refuse('malformed', `a hash has not ${HASH_BYTES} bytes`);
}

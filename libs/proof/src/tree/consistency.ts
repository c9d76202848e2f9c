import { equalBytes } from '../bytes.js';
import { refuse } from '../refusal.js';
import { nodeHash } from './hash.js';
import { requireHashes, requireSizes } from './inclusion.js';

/** A size of a tree and the root it had then. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Checks that the tree only grew from one head to the other: every old leaf is still there, in its place.
 *
 * Source: RFC 9162, section 2.1.4.2 (the tree of RFC 6962); strictness as transparency-dev/merkle: a start at size 0 is
 * refused because it would prove nothing.
 * @throws Refusal `out-of-range` for sizes that shrink or start at 0, `malformed` for hashes that have not 32 bytes,
 * `bad-proof` when the proof does not lead to both roots
 * @example verifyConsistency({ size: 1, root: leafHash(one) }, { size: 2, root: nodeHash(leafHash(one), leafHash(two)) }, [leafHash(two)])
 */
export function verifyConsistency(from: TreeHead, to: TreeHead, proof: readonly Uint8Array[]): void {
  requireSizes(from.size, to.size);
  if (from.size === 0) refuse('out-of-range', 'growth from the empty tree proves nothing');
  if (from.size > to.size) refuse('out-of-range', 'the later tree is smaller');
  if (from.size === to.size) {
    if (proof.length > 0) refuse('bad-proof', 'equal sizes need no proof');
    if (!equalBytes(from.root, to.root)) refuse('bad-proof', 'equal sizes with different roots');
    return;
  }
  requireHashes([from.root, to.root, ...proof]);
  const [oldRoot, newRoot] = rootsFromConsistency(from, to.size, proof);
  if (!equalBytes(oldRoot, from.root)) refuse('bad-proof', 'the proof leads to another old root');
  if (!equalBytes(newRoot, to.root)) refuse('bad-proof', 'the proof leads to another new root');
}

/** Both roots that a proof leads to; sizes differ and are not zero. */
function rootsFromConsistency(
  from: TreeHead,
  size: number,
  proof: readonly Uint8Array[],
): readonly [Uint8Array, Uint8Array] {
  let own = from.size - 1;
  let last = size - 1;
  while (own % 2 === 1) {
    own = Math.floor(own / 2);
    last = Math.floor(last / 2);
  }
  // Where the old tree is complete, its root is the first node and stands in no proof.
  const [first, ...rest] = own === 0 ? [from.root, ...proof] : proof;
  if (first === undefined) return refuse('bad-proof', 'the proof is empty');
  let oldRoot = first;
  let newRoot = first;
  for (const sibling of rest) {
    if (last === 0) refuse('bad-proof', 'the proof is too long');
    if (own % 2 === 1 || own === last) {
      oldRoot = nodeHash(sibling, oldRoot);
      newRoot = nodeHash(sibling, newRoot);
      while (own % 2 === 0 && own !== 0) {
        own /= 2;
        last = Math.floor(last / 2);
      }
    } else newRoot = nodeHash(newRoot, sibling);
    own = Math.floor(own / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) refuse('bad-proof', 'the proof is too short');
  return [oldRoot, newRoot];
}

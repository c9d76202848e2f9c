import { EMPTY_ROOT } from './hash.js';
import type { NodeAddress } from './stored-hash.js';
import { foldSubtrees } from './tree-builder.js';

/**
 * A proof in two pure steps: the nodes to read, and what to make of their hashes. The caller reads in between, from
 * where and how it likes.
 */
export interface ProofPlan<T> {
  readonly nodes: readonly NodeAddress[];
  /** @param hashes those of `nodes`, in that order. @throws RangeError when their number differs */
  readonly assemble: (hashes: readonly Uint8Array[]) => T;
}

/**
 * Plans the inclusion proof of the leaf at `index` in the tree of `size` leaves.
 *
 * Source: RFC 6962, section 2.1.1.
 * @throws RangeError when the index is not below the size
 * @example
 * const plan = planInclusion(2, 7);
 * const proof = plan.assemble(await readHashes(plan.nodes));
 */
export function planInclusion(index: number, size: number): ProofPlan<readonly Uint8Array[]> {
  requireOrder(0, index, size - 1);
  const siblings: Range[] = [];
  let [low, high] = [0, size];
  while (high - low > 1) {
    const middle = low + largestPowerBelow(high - low);
    if (index < middle) {
      siblings.unshift([middle, high]);
      high = middle;
    } else {
      siblings.unshift([low, middle]);
      low = middle;
    }
  }
  return planOf(siblings);
}

/**
 * Plans the proof that the tree only grew from one size to another.
 *
 * Source: RFC 6962, section 2.1.2.
 * @throws RangeError when the sizes are not 1 <= from <= to
 * @example planConsistency(3, 7).assemble(hashes)
 */
export function planConsistency(from: number, to: number): ProofPlan<readonly Uint8Array[]> {
  requireOrder(1, from, to);
  const ranges: Range[] = [];
  let [low, high] = [0, to];
  while (from !== high) {
    const middle = low + largestPowerBelow(high - low);
    if (from <= middle) {
      ranges.unshift([middle, high]);
      high = middle;
    } else {
      ranges.unshift([low, middle]);
      low = middle;
    }
  }
  // When the old tree is a subtree of the new one the verifier has its root already.
  return planOf(low === 0 ? ranges : [[low, high], ...ranges]);
}

/**
 * Plans the root of the tree at a size, past or present.
 *
 * Source: RFC 6962, section 2.1.
 * @example planRoot(7).assemble(hashes)
 */
export function planRoot(size: number): ProofPlan<Uint8Array> {
  requireOrder(0, 0, size);
  if (size === 0) return { nodes: [], assemble: () => EMPTY_ROOT };
  const { nodes, assemble } = planOf([[0, size]]);
  return { nodes, assemble: (hashes) => assemble(hashes)[0] ?? EMPTY_ROOT };
}

/** Leaves from the first number up to, not including, the second. */
type Range = readonly [number, number];

function planOf(ranges: readonly Range[]): ProofPlan<readonly Uint8Array[]> {
  const parts = ranges.map(subtreesOf);
  const nodes = parts.flat();
  return {
    nodes,
    assemble: (hashes) => {
      if (hashes.length !== nodes.length) throw new RangeError('a plan needs one hash for each of its nodes');
      let at = 0;
      return parts.map((part) => foldSubtrees(hashes.slice(at, (at += part.length))) ?? EMPTY_ROOT);
    },
  };
}

/** A range as complete subtrees. It starts where a subtree at least as large starts, so they shrink to the right. */
function subtreesOf([low, high]: Range): readonly NodeAddress[] {
  const nodes: NodeAddress[] = [];
  for (let at = low; at < high;) {
    const width = largestPowerBelow(high - at + 1);
    nodes.push({ level: Math.log2(width), index: at / width });
    at += width;
  }
  return nodes;
}

function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

function requireOrder(...values: readonly number[]): void {
  values.reduce((before, value) => {
    if (!Number.isSafeInteger(value) || value < before)
      throw new RangeError('index and sizes are out of order');
    return value;
  });
}

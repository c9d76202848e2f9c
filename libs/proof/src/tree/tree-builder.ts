import { refuse } from '../refusal.js';
import { EMPTY_ROOT, nodeHash } from './hash.js';
import { requireHashes, requireSizes } from './inclusion.js';

/**
 * What has to be kept of a growing tree: its size and the roots of its complete subtrees, largest (leftmost) first. At
 * most 53 hashes, whatever the size; in a store of all nodes they are those of `planRoot(size).nodes`.
 */
export interface TreeState {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
}

/**
 * A Merkle tree that grows at its right edge and keeps only that edge (a compact range from 0).
 *
 * Source: RFC 6962, section 2.1; compact ranges of transparency-dev/merkle.
 * @example
 * const tree = new TreeBuilder();
 * const stored = tree.append(leafHash(one)); // hashes to keep, in stored-hash order
 * tree.root();
 */
export class TreeBuilder {
  #size: number;
  readonly #edge: Uint8Array[];

  /** @throws Refusal `malformed` when the hashes are not those of a tree of this size */
  constructor(state: TreeState = { size: 0, hashes: [] }) {
    requireSizes(state.size);
    requireHashes(state.hashes);
    if (state.hashes.length !== subtreesOf(state.size))
      refuse('malformed', 'the number of hashes does not fit the size of the tree');
    this.#size = state.size;
    this.#edge = [...state.hashes];
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Adds a leaf by its hash.
   * @returns the hashes of the complete nodes that appeared, level 0 first: what to append to the stored hashes
   */
  append(leaf: Uint8Array): readonly Uint8Array[] {
    const completed = [leaf];
    let node = leaf;
    for (let index = this.#size; index % 2 === 1; index = Math.floor(index / 2)) {
      const left = this.#edge.pop();
      if (left === undefined) throw new RangeError('a tree of this size has more subtrees');
      node = nodeHash(left, node);
      completed.push(node);
    }
    this.#edge.push(node);
    this.#size++;
    return completed;
  }

  root(): Uint8Array {
    return foldSubtrees(this.#edge) ?? EMPTY_ROOT;
  }

  /** A copy of what has to be kept to go on later. */
  state(): TreeState {
    return { size: this.#size, hashes: [...this.#edge] };
  }
}

/** The root over neighbouring complete subtrees, each smaller than the one to its left; undefined without any. */
export function foldSubtrees(subtrees: readonly Uint8Array[]): Uint8Array | undefined {
  return subtrees.reduceRight<Uint8Array | undefined>(
    (right, left) => (right === undefined ? left : nodeHash(left, right)),
    undefined,
  );
}

function subtreesOf(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

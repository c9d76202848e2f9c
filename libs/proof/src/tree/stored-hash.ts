/** A node over 2^level leaves that are all there: the `index`-th of its level, from the left. Level 0 are the leaves. */
export interface NodeAddress {
  readonly level: number;
  readonly index: number;
}

/**
 * How many complete nodes a tree of this size has; so many hashes an append-only store of it holds.
 *
 * Source: golang.org/x/mod/sumdb/tlog, stored-hash order: each leaf is followed by the nodes that it completes.
 * @example storedHashCount(4) // 7: three leaves and a node, then the fourth leaf and two nodes
 */
export function storedHashCount(size: number): number {
  requireIndex(size);
  let count = 0;
  for (let level = size; level > 0; level = Math.floor(level / 2)) count += level;
  return count;
}

/**
 * Place of a complete node in the append-only store of a log.
 *
 * Source: golang.org/x/mod/sumdb/tlog, `StoredHashIndex`.
 * @example storedHashIndex({ level: 1, index: 0 }) // 2: behind leaves 0 and 1
 */
export function storedHashIndex({ level, index }: NodeAddress): number {
  requireIndex(index);
  // A node is stored behind its last leaf and that leaf's smaller nodes.
  const lastLeaf = (index + 1) * 2 ** level - 1;
  return storedHashCount(lastLeaf) + level;
}

/**
 * The node that stands at a place of the append-only store: the inverse of {@link storedHashIndex}.
 *
 * Source: golang.org/x/mod/sumdb/tlog, `SplitStoredHashIndex`.
 * @example nodeOfStoredHash(2) // { level: 1, index: 0 }
 */
export function nodeOfStoredHash(stored: number): NodeAddress {
  requireIndex(stored);
  // size leaves store between size and 2 * size hashes, so the leaf before `stored` is not far above its half.
  let leaf = Math.floor(stored / 2);
  let start = storedHashCount(leaf);
  for (let next = start + 1 + nodesCompletedBy(leaf); next <= stored; next += 1 + nodesCompletedBy(leaf)) {
    leaf++;
    start = next;
  }
  const level = stored - start;
  return { level, index: Math.floor(leaf / 2 ** level) };
}

/**
 * The complete nodes that appear with the leaf at `index`, in stored-hash order: the leaf, then what it completes.
 * @example newNodes(3) // levels 0, 1 and 2: leaf 3, the node over 2 and 3, the node over 0 … 3
 */
export function newNodes(index: number): readonly NodeAddress[] {
  requireIndex(index);
  const nodes = [{ level: 0, index }];
  for (let level = 1, above = index; above % 2 === 1; level++) {
    above = Math.floor(above / 2);
    nodes.push({ level, index: above });
  }
  return nodes;
}

function nodesCompletedBy(leaf: number): number {
  let count = 0;
  for (let index = leaf; index % 2 === 1; index = Math.floor(index / 2)) count++;
  return count;
}

function requireIndex(index: number): void {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError('an index is an integer from 0');
}

/** A node of a forest: itself and whom it came from. */
export interface ForestNode {
  readonly id: string;
  /** Undefined for a root. A parent that is not in the list makes its child a root too. */
  readonly parent: string | undefined;
}

/** One generation: its size and how many it brought on average. */
export type Generation = {
  /** 0 for roots. */
  readonly generation: number;
  readonly count: number;
  /** Members of the next generation. */
  readonly children: number;
  /** children / count: the reproduction number R of this generation. */
  readonly reproduction: number;
};

/**
 * Generations of a forest from its roots. The reproduction number R of a generation is how many each of its members
 * brought on average; below 1 chains die out, with a mean total size of 1/(1 − R) (Galton & Watson 1875).
 *
 * Source: Watson & Galton 1875, J. Anthropological Institute 4, 138-144; R as in epidemiology (Diekmann et al. 1990).
 * @throws RangeError when the nodes hold a circle
 * @example generationsOf([{ id: 'a', parent: undefined }, { id: 'b', parent: 'a' }, { id: 'c', parent: 'a' }])[0]?.reproduction // 2
 */
export function generationsOf(nodes: readonly ForestNode[]): readonly Generation[] {
  const children = childrenOf(nodes);
  let level = rootsOf(nodes);
  const generations: Generation[] = [];
  let seen = 0;
  while (level.length > 0) {
    seen += level.length;
    const next = level.flatMap((id) => children.get(id) ?? []);
    generations.push({
      generation: generations.length,
      count: level.length,
      children: next.length,
      reproduction: next.length / level.length,
    });
    level = next;
  }
  if (seen < nodes.length) throw new RangeError('the nodes hold a circle: break it first');
  return generations;
}

/** Number of descendants of a node (itself not counted). @example descendantCount(nodes, 'a') */
export function descendantCount(nodes: readonly ForestNode[], id: string): number {
  const children = childrenOf(nodes);
  let count = 0;
  const stack = [...(children.get(id) ?? [])];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    count++;
    for (const child of children.get(next) ?? []) stack.push(child);
  }
  return count;
}

/** Generations below the root of the deepest node: 0 for lone roots. @example depthOf(nodes) */
export const depthOf = (nodes: readonly ForestNode[]): number => Math.max(0, generationsOf(nodes).length - 1);

/**
 * Structural virality of one tree: the mean distance between all ordered pairs of its nodes (Wiener index divided by
 * n(n − 1)/2). Near 2 for a star (one broadcast), large for long chains (passed from person to person). Linear time:
 * an edge that parts the tree into s and n − s nodes lies on s(n − s) paths.
 *
 * Source: Goel, Anderson, Hofman & Watts 2016, Management Science 62(1), 180-196.
 * @returns undefined for fewer than two nodes
 * @throws RangeError when the nodes are not one tree
 * @example structuralVirality([{ id: 'a', parent: undefined }, { id: 'b', parent: 'a' }]) // 1
 */
export function structuralVirality(nodes: readonly ForestNode[]): number | undefined {
  const count = nodes.length;
  const roots = rootsOf(nodes);
  if (count < 2) return undefined;
  if (roots.length !== 1) throw new RangeError('structural virality is that of one tree');
  const children = childrenOf(nodes);
  const order: string[] = [...roots];
  for (let i = 0; i < order.length; i++)
    for (const child of children.get(order[i] ?? '') ?? []) order.push(child);
  if (order.length < count) throw new RangeError('the nodes hold a circle: break it first');
  const sizes = new Map<string, number>();
  let pathSum = 0;
  for (const id of order.toReversed()) {
    let size = 1;
    for (const child of children.get(id) ?? []) size += sizes.get(child) ?? 0;
    sizes.set(id, size);
    pathSum += size * (count - size); // nothing for the root
  }
  return (2 * pathSum) / (count * (count - 1));
}

function rootsOf(nodes: readonly ForestNode[]): string[] {
  const ids = new Set(nodes.map((node) => node.id));
  return nodes.filter((node) => node.parent === undefined || !ids.has(node.parent)).map((node) => node.id);
}

function childrenOf(nodes: readonly ForestNode[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Set(nodes.map((node) => node.id));
  const children = new Map<string, string[]>();
  for (const { id, parent } of nodes) {
    if (parent === undefined || !ids.has(parent)) continue;
    const list = children.get(parent);
    if (list === undefined) children.set(parent, [id]);
    else list.push(id);
  }
  return children;
}

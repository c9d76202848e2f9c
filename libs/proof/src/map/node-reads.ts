/**
 * Work on the map that has to read nodes: it yields the hashes of the nodes it needs, many at a time, and is given their
 * bytes in the same order, undefined for a node that is not there. So one pure function serves every store, and whoever
 * reads from afar waits once a level instead of once a node.
 */
export type NodeReads<T> = Generator<readonly Uint8Array[], T, readonly (Uint8Array | undefined)[]>;

/**
 * Runs work over nodes that are at hand.
 * @example readNodes(proveKey(root, key), (hash) => nodes.get(Buffer.from(hash).toString('hex')))
 */
export function readNodes<T>(work: NodeReads<T>, read: (hash: Uint8Array) => Uint8Array | undefined): T {
  let step = work.next();
  while (step.done !== true) step = work.next(step.value.map((hash) => read(hash)));
  return step.value;
}

/**
 * Runs work over nodes that have to be waited for.
 * @example await readNodesLater(updateMap(root, changes), (hashes) => store.nodes(hashes))
 */
export async function readNodesLater<T>(
  work: NodeReads<T>,
  read: (hashes: readonly Uint8Array[]) => Promise<readonly (Uint8Array | undefined)[]>,
): Promise<T> {
  let step = work.next();
  while (step.done !== true) step = work.next(await read(step.value));
  return step.value;
}

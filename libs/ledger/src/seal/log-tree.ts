import {
  planConsistency,
  planInclusion,
  planRoot,
  type NodeAddress,
  type ProofPlan,
  type TreeHead,
} from '@rapport/proof';
import type { ProofLog } from '../ports/index.js';

/** What the tree of a log needs to be asked about: its nodes. */
type Nodes = Pick<ProofLog, 'nodes'>;

/** The head that a log had, or has, at a size. @example await headOf(log, await log.size()) */
export async function headOf(log: Nodes, size: number): Promise<TreeHead> {
  return { size, root: await read(log, planRoot(size)) };
}

/** The inclusion proof of a leaf in the tree of a size. */
export const inclusionOf = (log: Nodes, leafIndex: number, size: number): Promise<readonly Uint8Array[]> =>
  read(log, planInclusion(leafIndex, size));

/** The proof that the tree of one size only grew to that of another; `from` is above 0. */
export const consistencyOf = (log: Nodes, from: number, to: number): Promise<readonly Uint8Array[]> =>
  read(log, planConsistency(from, to));

const read = async <T>(log: Nodes, { nodes, assemble }: ProofPlan<T>): Promise<T> =>
  assemble(await log.nodes(nodes satisfies readonly NodeAddress[]));

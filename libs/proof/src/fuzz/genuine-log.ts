import {
  cosigner,
  formatLeaf,
  formatSignature,
  formatTlogProof,
  leafHash,
  noteKeyPair,
  noteSigner,
  parseNote,
  planConsistency,
  planInclusion,
  planRoot,
  signCheckpoint,
  storedHashIndex,
  TreeBuilder,
  type NodeAddress,
} from '../index.js';

export const ORIGIN = 'example.com/acme';
/** Entries of the log. */
export const SIZE = 41;
export const WITNESS = noteKeyPair('witness.example/w', Buffer.alloc(32, 3), 'cosignature');

/** A genuine log with everything that can be proved of it. */
export interface GenuineLog {
  readonly leaves: readonly Uint8Array[];
  readonly read: (nodes: readonly NodeAddress[]) => readonly Uint8Array[];
  readonly rootAt: (size: number) => Uint8Array;
  /** Signed by the log and cosigned by the witness. */
  readonly checkpointAt: (size: number) => Uint8Array;
  readonly inclusion: (index: number) => readonly Uint8Array[];
  readonly growth: (from: number, to: number) => readonly Uint8Array[];
  readonly receipt: (index: number) => Uint8Array;
}

/** @example genuineLog('acme', noteKeyPair(ORIGIN, seed).signerKey).receipt(7) */
export function genuineLog(tenant: string, signerKey: string): GenuineLog {
  const leaves = Array.from({ length: SIZE }, (_, index) => leafOf(tenant, index));
  const tree = new TreeBuilder();
  const stored = leaves.flatMap((leaf) => tree.append(leafHash(leaf)));
  const read = (nodes: readonly NodeAddress[]): readonly Uint8Array[] =>
    nodes.map((node) => stored[storedHashIndex(node)] ?? new Uint8Array(0));
  const roots = Array.from({ length: SIZE + 1 }, (_, size) => {
    const plan = planRoot(size);
    return plan.assemble(read(plan.nodes));
  });
  const rootAt = (size: number): Uint8Array => roots[size] ?? new Uint8Array(0);
  const checkpoints = Array.from({ length: SIZE + 1 }, (_, size) => {
    const signed = signCheckpoint({ origin: ORIGIN, size, root: rootAt(size) }, noteSigner(signerKey));
    const cosignature = cosigner(WITNESS.signerKey).cosign(parseNote(signed).text, 1_700_000_000);
    return Buffer.concat([signed, Buffer.from(formatSignature(cosignature))]);
  });
  const checkpointAt = (size: number): Uint8Array => checkpoints[size] ?? new Uint8Array(0);
  const inclusion = (index: number): readonly Uint8Array[] => {
    const plan = planInclusion(index, SIZE);
    return plan.assemble(read(plan.nodes));
  };
  const growth = (from: number, to: number): readonly Uint8Array[] => {
    const plan = planConsistency(from, to);
    return plan.assemble(read(plan.nodes));
  };
  const receipt = (index: number): Uint8Array =>
    formatTlogProof({ index, proof: inclusion(index), checkpoint: checkpointAt(SIZE) });
  return { leaves, read, rootAt, checkpointAt, inclusion, growth, receipt };
}

const leafOf = (tenant: string, index: number): Uint8Array =>
  formatLeaf({
    tenant,
    id: `id-${index}`,
    source: 'urn:shop',
    type: 'rapport.sale.SaleCompleted.v1',
    subject: 'relationship/p1',
    time: '2026-01-31T12:00:00.000Z',
    recordedat: '2026-01-31T12:00:00.000Z',
    stream: 'relationship/p1',
    revision: index,
    previous: index === 0 ? null : Buffer.alloc(32, index),
    digest: Buffer.alloc(32, index),
  });

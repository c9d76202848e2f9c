import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  entryBundlePath,
  formatEntryBundle,
  formatLeaf,
  formatTlogProof,
  leafHash,
  newTiles,
  nodesOfTile,
  noteKeyPair,
  noteSigner,
  planConsistency,
  planInclusion,
  signCheckpoint,
  storedHashIndex,
  tilePath,
  TreeBuilder,
  type NodeAddress,
} from '@rapport/proof';

export const ORIGIN = 'rapport.local/acme';
/** The key of the log of {@link ORIGIN}. */
export const LOG = noteKeyPair(ORIGIN, Buffer.alloc(32, 1));

/** The leaves of so many events in so many streams, in turn; `mark` makes them others from an index on. */
export function leavesOf(
  count: number,
  {
    streams = 7,
    tenant = 'acme',
    markFrom = count,
  }: { streams?: number; tenant?: string; markFrom?: number } = {},
): Uint8Array[] {
  const heads = new Map<number, Uint8Array>();
  return Array.from({ length: count }, (_, index) => {
    const stream = index % streams;
    const bytes = formatLeaf({
      tenant,
      id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
      source: 'urn:example:shop',
      type: 'rapport.sale.SaleCompleted.v1',
      subject: `relationship/c-${stream}`,
      time: '2026-01-31T12:00:00.000Z',
      recordedat: new Date(Date.parse('2026-02-01T00:00:00.000Z') + index * 1_000).toISOString(),
      stream: `relationship/c-${stream}`,
      revision: Math.floor(index / streams),
      previous: heads.get(stream) ?? null,
      digest: Buffer.alloc(32, index < markFrom ? index : index + 1),
    });
    heads.set(stream, leafHash(bytes));
    return bytes;
  });
}

/** A log with its whole tree at hand. */
export class ExportedLog {
  private readonly stored: Uint8Array[] = [];
  private readonly roots: Uint8Array[] = [];

  constructor(
    readonly leaves: readonly Uint8Array[],
    private readonly key: { readonly signerKey: string } = LOG,
    private readonly origin = ORIGIN,
  ) {
    const tree = new TreeBuilder();
    this.roots.push(tree.root());
    for (const leaf of leaves) {
      this.stored.push(...tree.append(leafHash(leaf)));
      this.roots.push(tree.root());
    }
  }

  checkpoint(size = this.leaves.length, claimed = size): Uint8Array {
    const head = { origin: this.origin, size: claimed, root: this.roots[size]! };
    return signCheckpoint(head, noteSigner(this.key.signerKey));
  }

  growth(from: number, to = this.leaves.length): readonly Uint8Array[] {
    const plan = planConsistency(from, to);
    return plan.assemble(this.read(plan.nodes));
  }

  receipt(index: number, checkpoint = this.checkpoint()): Uint8Array {
    const plan = planInclusion(index, this.leaves.length);
    return formatTlogProof({ index, proof: plan.assemble(this.read(plan.nodes)), checkpoint });
  }

  /** Writes the log of this size as C2SP tlog-tiles lays it out; files of other sizes stay. */
  write(folder: string, size = this.leaves.length): void {
    for (const tile of newTiles(0, size)) {
      writeInto(folder, tilePath(tile), Buffer.concat(this.read(nodesOfTile(tile))));
      const from = tile.index * 256;
      if (tile.level === 0)
        writeInto(
          folder,
          entryBundlePath(tile),
          formatEntryBundle(this.leaves.slice(from, from + tile.width)),
        );
    }
    writeInto(folder, 'checkpoint', this.checkpoint(size));
  }

  private read(nodes: readonly NodeAddress[]): readonly Uint8Array[] {
    return nodes.map((node) => this.stored[storedHashIndex(node)]!);
  }
}

/** Writes a file and the folders that it needs. */
export function writeInto(folder: string, path: string, content: Uint8Array | string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
  return join(folder, path);
}

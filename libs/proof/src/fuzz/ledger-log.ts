import {
  entryBundlePath,
  formatEntryBundle,
  formatLeaf,
  leafHash,
  newTiles,
  nodesOfTile,
  noteSigner,
  signCheckpoint,
  storedHashIndex,
  tilePath,
  TreeBuilder,
  type Leaf,
} from '../index.js';

/** Leaves of so many streams, one after the other in turn, each following the one before it in its stream. */
export function chainedLeaves(count: number, streams: number, tenant = 'acme'): Leaf[] {
  const heads = new Map<number, Uint8Array>();
  return Array.from({ length: count }, (_, index) => {
    const number = index % streams;
    const leaf: Leaf = {
      tenant,
      id: `id-${index}`,
      source: 'urn:shop',
      type: 'rapport.sale.SaleCompleted.v1',
      subject: `relationship/p${number}`,
      time: '2026-01-31T12:00:00.000Z',
      recordedat: new Date(Date.parse('2026-01-31T23:00:00.000Z') + index * 1_000).toISOString(),
      stream: `relationship/p${number}`,
      revision: Math.floor(index / streams),
      previous: heads.get(number) ?? null,
      digest: Buffer.alloc(32, index),
    };
    heads.set(number, leafHash(formatLeaf(leaf)));
    return leaf;
  });
}

/** The files of an exported log of these entries, signed by this key. */
export function filesOfLog(
  entries: readonly Uint8Array[],
  { signerKey, origin }: { readonly signerKey: string; readonly origin: string },
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const tree = new TreeBuilder();
  const stored = entries.flatMap((entry) => tree.append(leafHash(entry)));
  for (const tile of newTiles(0, entries.length)) {
    files.set(
      tilePath(tile),
      Buffer.concat(nodesOfTile(tile).map((node) => stored[storedHashIndex(node)] ?? new Uint8Array(0))),
    );
    const from = tile.index * 256;
    if (tile.level === 0)
      files.set(entryBundlePath(tile), formatEntryBundle(entries.slice(from, from + tile.width)));
  }
  const head = { origin, size: entries.length, root: tree.root() };
  files.set('checkpoint', signCheckpoint(head, noteSigner(signerKey)));
  return files;
}

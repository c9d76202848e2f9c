// Writes an exported log of generated leaves: checkpoint, tiles and bundles of entries, as C2SP tlog-tiles lays them out.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  entryBundlePath,
  formatEntryBundle,
  leafHash,
  noteKeyPair,
  noteSigner,
  signCheckpoint,
  TILE_WIDTH,
  tilePath,
  TreeBuilder,
} from '@rapport/proof';
import { leaves } from '../ledger/leaves.js';
import { answer, input } from './answer.js';

const { folder, entries } = input<{ folder: string; entries: number }>();
const ORIGIN = 'rapport.local/main';
const { signerKey, verifierKey } = noteKeyPair(ORIGIN, Buffer.alloc(32, 1));
const tree = new TreeBuilder();
/** Hashes of each level of tiles that are not written yet. */
const open: Uint8Array[][] = [];
const written: number[] = [];
let bundle: Uint8Array[] = [];

for (const leaf of leaves(entries)) {
  const completed = tree.append(leafHash(leaf));
  bundle.push(leaf);
  for (let level = 0; level * 8 < completed.length; level++) {
    const tile = (open[level] ??= []);
    tile.push(completed[level * 8] as Uint8Array);
    if (tile.length === TILE_WIDTH) close(level);
  }
}
for (const [level, tile] of open.entries()) if (tile.length > 0) close(level);
const head = { origin: ORIGIN, size: tree.size, root: tree.root() };
write('checkpoint', signCheckpoint(head, noteSigner(signerKey)));
answer({ verifierKey });

function close(level: number): void {
  const hashes = open[level] ?? [];
  const tile = { level, index: written[level] ?? 0, width: hashes.length };
  write(tilePath(tile), Buffer.concat(hashes));
  if (level === 0) {
    write(entryBundlePath(tile), formatEntryBundle(bundle));
    bundle = [];
  }
  open[level] = [];
  written[level] = tile.index + 1;
}

function write(path: string, content: Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

// Reads bundles of a log in a folder ahead of the thread that verifies them.
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import type { BundleReading } from '../tiles/bundle-reading.js';
import { entryBundleBytesMax } from '../tiles/entry-bundle.js';
import { entryBundlePath, TILE_WIDTH } from '../tiles/tile.js';
import { TileHashes } from '../tiles/tile-hashes.js';
import { readLocalFile } from './local-files.js';
import { SharedBundles } from './shared-bundles.js';

/** What the thread is started with. */
export interface BundlesWanted {
  readonly folder: string;
  readonly size: number;
  readonly buffer: SharedArrayBuffer;
}

const { folder, size, buffer } = workerData as BundlesWanted;
const hashes = new TileHashes();

new SharedBundles(buffer).serve((number, reading) => {
  const index = number % Math.ceil(size / TILE_WIDTH);
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  return read(entryBundlePath({ index, width }), width, reading);
});

function read(path: string, width: number, reading: BundleReading): boolean {
  let bundle: Uint8Array | undefined;
  try {
    bundle = readLocalFile(join(folder, path), entryBundleBytesMax(width));
  } catch {
    return false; // who verifies reads it again and says what is wrong
  }
  if (bundle === undefined || bundle.length > reading.bundleBytesMax) return false;
  return reading.read(bundle, width, hashes).refusal === undefined;
}

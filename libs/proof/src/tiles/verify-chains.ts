import { LeafLinksReader } from '../leaf/leaf-links.js';
import { ChainError, StreamChains, type ChainDamage } from '../leaf/stream-chains.js';
import { tenantOf, type Checkpoint } from '../note/checkpoint.js';
import { Refusal, refuse, type RefusalCode } from '../refusal.js';
import { HASH_BYTES } from '../tree/hash.js';
import { entryBundleBytesMax, placesOf } from './entry-bundle.js';
import { readFiles, type FileReads, type LogReader } from './log-reader.js';
import { entryBundlePath, TILE_WIDTH, tilePath } from './tile.js';

/** The first leaf that is in the log and should not be. */
export interface BrokenChain {
  readonly index: number;
  readonly damage: RefusalCode | ChainDamage;
  readonly path: string;
  readonly message: string;
}

/**
 * Follows the chain of every stream of an exported log, and takes the hashes of its leaves from the tiles: it says something
 * only together with the verification of the tree, which may run beside it.
 * @returns undefined when every chain holds
 * @example verifyChains(reader, { origin: 'rapport.local/acme', size: 26_758 })
 */
export const verifyChains = (
  reader: LogReader,
  head: Pick<Checkpoint, 'origin' | 'size'>,
): BrokenChain | undefined => readFiles(walk(head), reader);

function* walk({ origin, size }: Pick<Checkpoint, 'origin' | 'size'>): FileReads<BrokenChain | undefined> {
  const streams = new StreamChains(tenantOf({ origin }));
  let index = 0;
  let path = '';
  try {
    do
      for (let tile = 0; tile * TILE_WIDTH < size; tile++) {
        index = tile * TILE_WIDTH;
        const bundle = { index: tile, width: Math.min(TILE_WIDTH, size - index) };
        path = entryBundlePath(bundle);
        const content = yield { path, bytesMax: entryBundleBytesMax(bundle.width) };
        const bytesMax = bundle.width * HASH_BYTES;
        const hashes = Buffer.from((yield { path: tilePath({ level: 0, ...bundle }), bytesMax }) ?? []);
        if (content === undefined || hashes.length !== bytesMax)
          return refuse('malformed', 'a file is missing or cut off');
        const leaves = new LeafLinksReader(content);
        for (const { start, end } of placesOf(content, bundle.width)) {
          const at = (index % TILE_WIDTH) * HASH_BYTES;
          streams.take(leaves.read(start, end), hashes.toString('base64', at, at + HASH_BYTES));
          index++;
        }
      }
    while (streams.needsAnotherPass());
    return undefined;
  } catch (error) {
    if (error instanceof ChainError) return { index, damage: error.damage, path, message: error.message };
    if (error instanceof Refusal) return { index, damage: error.code, path, message: error.message };
    throw error;
  }
}

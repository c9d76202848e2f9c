import { EMPTY_ROOT, HASH_BYTES } from '../tree/hash.js';
import { foldSubtrees, TreeBuilder } from '../tree/tree-builder.js';
import { TILE_HEIGHT } from './tile.js';

/** The tree of a log that is read bundle by bundle: the roots of full tiles, then the leaf hashes of a last partial one. */
export class LogTree {
  private readonly tiles = new TreeBuilder();
  private rest: readonly Uint8Array[] = [];

  /**
   * Adds a full bundle by the root over its leaf hashes.
   * @returns hashes that belong into tiles above level 0 and appeared, level 1 first
   */
  append(root: Uint8Array): readonly Uint8Array[] {
    return this.tiles.append(root).filter((_, level) => level % TILE_HEIGHT === 0);
  }

  /** Ends the log with the leaf hashes of a partial bundle. No hash appears in a tile above level 0. */
  end(hashes: Buffer): readonly Uint8Array[] {
    this.rest = edgeOf(hashes);
    return [];
  }

  /** The root when these leaf hashes stand behind the full tiles. */
  rootWith(hashes: Buffer): Uint8Array {
    return foldSubtrees([...this.tiles.state().hashes, ...edgeOf(hashes)]) ?? EMPTY_ROOT;
  }

  root(): Uint8Array {
    return foldSubtrees([...this.tiles.state().hashes, ...this.rest]) ?? EMPTY_ROOT;
  }
}

function edgeOf(hashes: Buffer): readonly Uint8Array[] {
  const tree = new TreeBuilder();
  // Copies: the memory of the hashes is used again.
  for (let at = 0; at < hashes.length; at += HASH_BYTES)
    tree.append(Buffer.from(hashes.subarray(at, at + HASH_BYTES)));
  return tree.state().hashes;
}

import {
  entryBundlePath,
  formatEntryBundle,
  newTiles,
  nodesOfTile,
  parseTilePath,
  TILE_WIDTH,
  tilePath,
  type NodeAddress,
  type Tile,
} from '@rapport/proof';

/** A static file of a log. */
export interface LogFile {
  readonly bytes: Uint8Array;
  /** Whether it never changes again: true of full tiles and bundles. */
  readonly isFinal: boolean;
}

/** The paths of the tiles and bundles that a log of a size has; its checkpoint is beside them. @example [...logFilePaths(300)] */
export function* logFilePaths(size: number): Generator<string> {
  for (const tile of newTiles(0, size)) {
    yield tilePath(tile);
    if (tile.level === 0) yield entryBundlePath(tile);
  }
}

/** Where the files of a log come from. */
export interface LogContent {
  nodes(nodes: readonly NodeAddress[]): Promise<readonly Uint8Array[]>;
  /** The bytes of `count` leaves from an index on. */
  entries(from: number, count: number): Promise<readonly Uint8Array[]>;
}

/**
 * A tile or a bundle of entries of a log, by its path.
 *
 * Source: C2SP tlog-tiles.
 * @param size leaves of the log that may be shown
 * @returns undefined for a path that names none, or one that a log of this size does not have
 * @example await readLogFile('tile/entries/000.p/15', 15, content)
 */
export async function readLogFile(
  path: string,
  size: number,
  content: LogContent,
): Promise<LogFile | undefined> {
  const named = parseTilePath(path);
  if (named === undefined) return undefined;
  const tile: Tile = named.entries ? { level: 0, index: named.index, width: named.width } : named;
  const hashes = Math.floor(size / TILE_WIDTH ** tile.level);
  if (tile.index * TILE_WIDTH + tile.width > hashes) return undefined;
  const bytes = named.entries
    ? formatEntryBundle(await content.entries(tile.index * TILE_WIDTH, tile.width))
    : Buffer.concat(await content.nodes(nodesOfTile(tile)));
  return { bytes, isFinal: tile.width === TILE_WIDTH };
}

import { requireSizes } from '../tree/inclusion.js';
import type { NodeAddress } from '../tree/stored-hash.js';

/** Hashes, or entries, in a full tile. */
export const TILE_WIDTH = 256;
/** Levels of the tree that one level of tiles stands for: 2^8 = 256. */
export const TILE_HEIGHT = 8;

/** A tile of hashes: the first `width` of the 256 whose place is `index`, counted in tiles, at a level of tiles. */
export interface Tile {
  /** 0 for tiles of leaf hashes; a hash of level 1 is over a full tile of level 0, and so on. */
  readonly level: number;
  readonly index: number;
  /** 1 … 256; below 256 the tile is partial. */
  readonly width: number;
}

/** A bundle of entries: the leaves of the tile of level 0 with the same index and width. */
export type EntryBundle = Pick<Tile, 'index' | 'width'>;

/**
 * Path of a tile: `tile/<level>/<index>[.p/<width>]`.
 *
 * Source: C2SP tlog-tiles.
 * @example tilePath({ level: 0, index: 1234067, width: 256 }) // 'tile/0/x001/x234/067'
 */
export const tilePath = ({ level, index, width }: Tile): string => `tile/${level}/${placeOf(index, width)}`;

/**
 * Path of a bundle of entries: `tile/entries/<index>[.p/<width>]`.
 *
 * Source: C2SP tlog-tiles.
 * @example entryBundlePath({ index: 0, width: 15 }) // 'tile/entries/000.p/15'
 */
export const entryBundlePath = ({ index, width }: EntryBundle): string =>
  `tile/entries/${placeOf(index, width)}`;

/**
 * What a path names, or undefined when it is neither a tile's nor a bundle's exact path.
 *
 * Source: C2SP tlog-tiles.
 * @example parseTilePath('tile/entries/000.p/15') // { entries: true, index: 0, width: 15 }
 */
export function parseTilePath(
  path: string,
): (Tile & { readonly entries: false }) | (EntryBundle & { readonly entries: true }) | undefined {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  const [, kind = '', place = '', partial] = match ?? [];
  if (match === null) return undefined;
  const index = Number(place.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  if (width < 1 || width > TILE_WIDTH || !Number.isSafeInteger(index * TILE_WIDTH)) return undefined;
  const entries = kind === 'entries';
  const level = Number(kind);
  if (!entries && level > 63) return undefined;
  // There is one way to write each path; comparing with it refuses every other.
  if (entries) return entryBundlePath({ index, width }) === path ? { entries, index, width } : undefined;
  return tilePath({ level, index, width }) === path ? { entries, level, index, width } : undefined;
}

/**
 * The tiles that a log of `size` has and one of `oldSize` had not, level by level: what to publish after it grew. The
 * bundles of entries are those of the tiles of level 0. From 0: all tiles of the log.
 *
 * Source: C2SP tlog-tiles; golang.org/x/mod/sumdb/tlog, `NewTiles`.
 * @example [...newTiles(0, 70_000)].length // 273 full and one partial, one full and one partial, one partial
 */
export function* newTiles(oldSize: number, size: number): Generator<Tile> {
  requireSizes(oldSize, size);
  let [before, hashes] = [oldSize, size];
  for (let level = 0; hashes > 0; level++) {
    if (before !== hashes)
      for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < hashes; index++)
        yield { level, index, width: Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH) };
    before = Math.floor(before / TILE_WIDTH);
    hashes = Math.floor(hashes / TILE_WIDTH);
  }
}

/** The nodes of the tree whose hashes, one after the other, are the content of a tile. */
export const nodesOfTile = ({ level, index, width }: Tile): readonly NodeAddress[] =>
  Array.from({ length: width }, (_, place) => ({
    level: level * TILE_HEIGHT,
    index: index * TILE_WIDTH + place,
  }));

/** An index as groups of three digits, all but the last marked: no folder has the name of a file. */
function placeOf(index: number, width: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const place = padded.replaceAll(/\d{3}(?=\d)/g, (group) => `x${group}/`);
  return width === TILE_WIDTH ? place : `${place}.p/${width}`;
}

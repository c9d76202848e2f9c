import { ChainError, StreamChains, type ChainDamage } from '../leaf/stream-chains.js';
import { tenantOf, type Checkpoint } from '../note/checkpoint.js';
import { openWitnessedCheckpoint, type Policy, type WitnessedCheckpoint } from '../note/policy.js';
import { NOTE_BYTES_MAX } from '../note/signed-note.js';
import { Refusal, refuse, type RefusalCode } from '../refusal.js';
import { equalBytes } from '../bytes.js';
import { HASH_BYTES, HASH_WORDS } from '../tree/hash.js';
import { BundleReading } from './bundle-reading.js';
import type { BundlesAhead } from './bundles-ahead.js';
import { entryBundleBytesMax, type EntriesFound } from './entry-bundle.js';
import {
  readFiles,
  readFilesLater,
  type FileReads,
  type LaterLogReader,
  type LogReader,
} from './log-reader.js';
import { LogTree } from './log-tree.js';
import { entryBundlePath, TILE_WIDTH, tilePath, type Tile } from './tile.js';
import { TileHashes } from './tile-hashes.js';

/**
 * What is wrong with a log. `missing`, `malformed`, `too-large`: of a file; `tile-differs`: entries and their hashes in a
 * tile do not agree, one was changed; `root-differs`: entries and tiles agree with each other but not with what was
 * signed; `history-differs`: what an older checkpoint signed is not what the log has now; `chain-broken`,
 * `time-goes-back`, `wrong-origin`, `malformed`, `not-canonical` with an entry: a leaf that is in the log and should not
 * be; any other: the checkpoint is not acceptable.
 */
export type LogDamage =
  RefusalCode | ChainDamage | 'missing' | 'tile-differs' | 'root-differs' | 'history-differs';

/** How much was read, whatever came of it. */
export interface LogRead {
  /** Entries that were found to be what they should be. */
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
}

/** The whole log was read and is what was signed, or where it first is not. */
export type LogReport =
  | { readonly ok: true; readonly head: WitnessedCheckpoint; readonly read: LogRead }
  | {
      readonly ok: false;
      readonly damage: LogDamage;
      /** The file in which it showed. */
      readonly path: string;
      /** First leaf that is or may be damaged; undefined when no leaf can be named. */
      readonly index?: number;
      readonly message: string;
      readonly read: LogRead;
    };

/** What to verify beside entries, tiles, root and signatures. */
export interface VerifyLogOptions {
  /** Of several checkpoints that lie beside the same tiles, the one to verify; `checkpoint` unless given. */
  readonly checkpointPath?: string;
  /** An older head, verified before, from which the log must have grown. */
  readonly since?: Checkpoint;
  /** Whether every entry must be a leaf of the log's tenant that follows the one before it in its stream. */
  readonly chains?: boolean;
  /** Reads bundles of the same log before they are due. */
  readonly ahead?: BundlesAhead;
  /** Told after every bundle. A log of very many streams is read more than once, and begins again from 0. */
  readonly onProgress?: (entries: number, size: number) => void;
}

/**
 * Verifies a whole exported log: recomputes every leaf hash from the entries, every tile and the root, and compares them
 * with the tiles and the signed checkpoint. One bundle of entries and one tile a level are held at a time. It stops at
 * the first damage. Nothing that was not read is called good: a log is good as far as its checkpoint's size.
 *
 * Source: C2SP tlog-tiles.
 * @example verifyLog(reader, logPolicy(verifierKey), { chains: true }).ok
 */
export const verifyLog = (reader: LogReader, policy: Policy, options: VerifyLogOptions = {}): LogReport =>
  readFiles(new LogWalk(policy, options).verify(), reader);

/**
 * As {@link verifyLog}, for files that have to be waited for.
 * @example (await verifyLogLater(server, logPolicy(verifierKey))).ok
 */
export const verifyLogLater = (
  reader: LaterLogReader,
  policy: Policy,
  options: VerifyLogOptions = {},
): Promise<LogReport> => readFilesLater(new LogWalk(policy, options).verify(), reader);

class LogWalk {
  private entries = 0;
  private files = 0;
  private bytes = 0;
  /** The file that is looked at, and the first leaf that it vouches for. */
  private path = '';
  private first: number | undefined;
  private readonly hashes = new TileHashes();
  /** For the bundles that are read here. */
  private reading: BundleReading | undefined;
  /** The tile that is being compared, of each level above 0. */
  private readonly tiles: Uint8Array[] = [];

  constructor(
    private readonly policy: Policy,
    private readonly options: VerifyLogOptions,
  ) {}

  *verify(): FileReads<LogReport> {
    const { checkpointPath = 'checkpoint', since, chains } = this.options;
    try {
      const head = openWitnessedCheckpoint(yield* this.read(checkpointPath, NOTE_BYTES_MAX), this.policy);
      if (since !== undefined) requireOlder(since, head.checkpoint);
      const streams = chains === true ? new StreamChains(tenantOf(head.checkpoint)) : undefined;
      do yield* this.pass(head.checkpoint, checkpointPath, streams);
      while (streams?.needsAnotherPass() === true);
      return { ok: true, head, read: this.counts() };
    } catch (error) {
      return this.reportOf(error);
    }
  }

  private *pass(
    { size, root }: Checkpoint,
    checkpointPath: string,
    streams: StreamChains | undefined,
  ): FileReads<void> {
    const tree = new LogTree();
    this.entries = 0;
    this.options.ahead?.pass(size);
    for (let index = 0; index * TILE_WIDTH < size; index++) {
      yield* this.bundle(index, size, tree, streams);
      this.options.onProgress?.(this.entries, size);
    }
    this.path = checkpointPath;
    this.first = undefined;
    if (!equalBytes(tree.root(), root)) throw new Damage('root-differs', 'the root is not the signed one');
  }

  private *bundle(
    index: number,
    size: number,
    tree: LogTree,
    streams: StreamChains | undefined,
  ): FileReads<void> {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const start = index * TILE_WIDTH;
    const path = entryBundlePath({ index, width });
    this.first = start;
    const { reading, entries, refusal } =
      this.readAhead(width, path) ?? this.readHere(yield* this.read(path, entryBundleBytesMax(width)), width);
    const hashes = reading.hashes(entries);
    if (entries > 0) {
      const tile = { level: 0, index, width };
      const same = sameHashes(yield* this.tile(tile), hashes);
      this.path = path;
      this.take(reading, same, streams);
      if (same < entries) this.differs(tile, same);
    }
    this.path = path;
    if (refusal !== undefined) throw refusal;
    this.keepsHistory(start, width, tree, hashes);
    const above = width < TILE_WIDTH ? tree.end(hashes) : tree.append(reading.root());
    for (const [level, hash] of above.entries()) yield* this.compare(level + 1, start, hash, size);
  }

  private readAhead(width: number, path: string): ReadBundle | undefined {
    const reading = this.options.ahead?.take();
    if (reading === undefined) return undefined;
    this.path = path;
    this.files++;
    this.bytes += reading.bytes;
    return { reading, entries: width };
  }

  private readHere(bundle: Uint8Array, width: number): ReadBundle {
    let { reading } = this;
    if (reading === undefined || bundle.length > reading.bundleBytesMax)
      reading = this.reading = new BundleReading(bundle.length * 2);
    return { reading, ...reading.read(bundle, width, this.hashes) };
  }

  /** Counts the entries of a bundle that are what they should be. */
  private take(reading: BundleReading, entries: number, streams: StreamChains | undefined): void {
    if (streams === undefined) this.entries += entries;
    else
      for (let place = 0; place < entries; place++) {
        this.first = this.entries;
        streams.take(reading.leafAt(place), reading.hashWords, place * HASH_WORDS);
        this.entries++;
      }
    this.first = this.entries;
  }

  /** Compares the tree within this bundle with the older head, when its size lies there. */
  private keepsHistory(start: number, width: number, tree: LogTree, hashes: Buffer): void {
    const { since } = this.options;
    if (since === undefined || since.size <= start || since.size > start + width) return;
    if (equalBytes(tree.rootWith(hashes.subarray(0, (since.size - start) * HASH_BYTES)), since.root)) return;
    this.first = undefined;
    throw new Damage(
      'history-differs',
      `the first ${since.size} entries are not those that the older checkpoint signed`,
    );
  }

  /** Compares one hash of a tile above level 0; the tile is read when its first hash is due. */
  private *compare(level: number, start: number, hash: Uint8Array, size: number): FileReads<void> {
    const span = TILE_WIDTH ** level;
    const place = Math.floor(start / span);
    const index = Math.floor(place / TILE_WIDTH);
    const tile = {
      level,
      index,
      width: Math.min(TILE_WIDTH, Math.floor(size / span) - index * TILE_WIDTH),
    };
    const within = place % TILE_WIDTH;
    this.first = place * span;
    if (within === 0) this.tiles[level] = yield* this.tile(tile);
    const stored = this.tiles[level]?.subarray(within * HASH_BYTES, (within + 1) * HASH_BYTES);
    if (stored === undefined || !equalBytes(stored, hash)) this.differs(tile, within);
  }

  private differs(tile: Tile, within: number): never {
    this.path = tilePath(tile);
    throw new Damage('tile-differs', `hash ${within} of the tile is not that of its entries`);
  }

  private *tile(tile: Tile): FileReads<Uint8Array> {
    const bytes = tile.width * HASH_BYTES;
    const content = yield* this.read(tilePath(tile), bytes);
    if (content.length !== bytes) refuse('malformed', `the tile has not ${bytes} bytes`);
    return content;
  }

  private *read(path: string, bytesMax: number): FileReads<Uint8Array> {
    this.path = path;
    const content = yield { path, bytesMax };
    if (content === undefined) throw new Damage('missing', 'the file is missing');
    this.files++;
    this.bytes += content.length;
    if (content.length > bytesMax) refuse('too-large', `the file has more than ${bytesMax} bytes`);
    return content;
  }

  private counts(): LogRead {
    return { entries: this.entries, files: this.files, bytes: this.bytes };
  }

  private reportOf(error: unknown): LogReport {
    if (!(error instanceof Damage || error instanceof ChainError || error instanceof Refusal)) throw error;
    const damage = error instanceof Refusal ? error.code : error.damage;
    const index = this.first === undefined ? {} : { index: this.first };
    return { ok: false, damage, path: this.path, ...index, message: error.message, read: this.counts() };
  }
}

/** A bundle, as far as it can be read. */
interface ReadBundle extends EntriesFound {
  readonly reading: BundleReading;
}

class Damage extends Error {
  constructor(
    readonly damage: LogDamage,
    message: string,
  ) {
    super(message);
  }
}

function requireOlder(older: Checkpoint, { origin, size, root }: Checkpoint): void {
  if (older.origin !== origin) refuse('wrong-origin', 'the older checkpoint is of another log');
  if (older.size > size)
    throw new Damage('history-differs', `the log has ${size} entries, the older checkpoint ${older.size}`);
  if (older.size === size && !equalBytes(older.root, root))
    throw new Damage('history-differs', `two signed roots of size ${size}: the log was forked`);
}

/** How many hashes are those of the tile, from the first on. */
function sameHashes(tile: Uint8Array, hashes: Buffer): number {
  if (hashes.equals(tile.subarray(0, hashes.length))) return hashes.length / HASH_BYTES;
  let same = 0;
  while (equalBytes(at(tile, same), at(hashes, same))) same++;
  return same;
}

const at = (hashes: Uint8Array, place: number): Uint8Array =>
  hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);

import { equalBytes } from '../bytes.js';
import { openWitnessedCheckpoint, type Policy, type WitnessedCheckpoint } from '../note/policy.js';
import { NOTE_BYTES_MAX } from '../note/signed-note.js';
import { Refusal, refuse, type RefusalCode } from '../refusal.js';
import { HASH_BYTES, leafHash } from '../tree/hash.js';
import { TreeBuilder } from '../tree/tree-builder.js';
import { entriesOf, entryBundleBytesMax } from './entry-bundle.js';
import type { LogReader } from './log-reader.js';
import { entryBundlePath, TILE_HEIGHT, TILE_WIDTH, tilePath } from './tile.js';

/**
 * What is wrong with a log. `missing`, `malformed`, `too-large`: of a file; `tile-differs`: entries and their hashes in a
 * tile do not agree, one was changed; `root-differs`: entries and tiles agree with each other but not with what was
 * signed; any other: the checkpoint is not acceptable.
 */
export type LogDamage = RefusalCode | 'missing' | 'tile-differs' | 'root-differs';

/** How much was read, whatever came of it. */
export interface LogRead {
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

/**
 * Verifies a whole exported log: recomputes every leaf hash from the entries, every tile and the root, and compares them
 * with the tiles and the signed checkpoint. One bundle of entries and one tile a level are held at a time. It stops at
 * the first damage. Nothing that was not read is called good: a log is good as far as its checkpoint's size.
 *
 * Source: C2SP tlog-tiles.
 * @param checkpointPath of several checkpoints that lie beside the same tiles, the one to verify
 * @example verifyLog(reader, logPolicy(verifierKey)).ok
 */
export function verifyLog(reader: LogReader, policy: Policy, checkpointPath = 'checkpoint'): LogReport {
  return new LogWalk(reader).verify(policy, checkpointPath);
}

class LogWalk {
  private entries = 0;
  private files = 0;
  private bytes = 0;
  /** The file that is looked at, and the first leaf that it vouches for. */
  private path = '';
  private first: number | undefined;
  private readonly tree = new TreeBuilder();
  /** The tile that is being compared, of each level. */
  private readonly tiles: Uint8Array[] = [];

  constructor(private readonly reader: LogReader) {}

  verify(policy: Policy, checkpointPath: string): LogReport {
    try {
      const head = openWitnessedCheckpoint(this.read(checkpointPath, NOTE_BYTES_MAX), policy);
      const { size, root } = head.checkpoint;
      for (let index = 0; index * TILE_WIDTH < size; index++) this.bundle(index, size);
      this.path = checkpointPath;
      this.first = undefined;
      if (!equalBytes(this.tree.root(), root))
        throw new Damage('root-differs', 'the root is not the signed one');
      return { ok: true, head, read: this.counts() };
    } catch (error) {
      return this.reportOf(error);
    }
  }

  private bundle(index: number, size: number): void {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const path = entryBundlePath({ index, width });
    this.first = this.entries;
    for (const entry of entriesOf(this.read(path, entryBundleBytesMax(width)), width)) {
      const nodes = this.tree.append(leafHash(entry));
      for (let level = 0; level * TILE_HEIGHT < nodes.length; level++)
        this.compare(level, Math.floor(this.entries / TILE_WIDTH ** level), nodes[level * TILE_HEIGHT], size);
      this.entries++;
      this.path = path;
      this.first = this.entries;
    }
  }

  /** Compares one hash of a tile; the tile is read when its first hash is due. */
  private compare(level: number, place: number, hash: Uint8Array | undefined, size: number): void {
    const index = Math.floor(place / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH);
    const path = tilePath({ level, index, width });
    const within = place % TILE_WIDTH;
    this.first = place * TILE_WIDTH ** level;
    if (within === 0) this.tiles[level] = this.tile(path, width * HASH_BYTES);
    this.path = path;
    const stored = this.tiles[level]?.subarray(within * HASH_BYTES, (within + 1) * HASH_BYTES);
    if (stored === undefined || hash === undefined || !equalBytes(stored, hash))
      throw new Damage('tile-differs', `hash ${within} of the tile is not that of its entries`);
  }

  private tile(path: string, bytes: number): Uint8Array {
    const content = this.read(path, bytes);
    if (content.length !== bytes) refuse('malformed', `the tile has not ${bytes} bytes`);
    return content;
  }

  private read(path: string, bytesMax: number): Uint8Array {
    this.path = path;
    const content = this.reader.read(path, bytesMax);
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
    if (!(error instanceof Damage || error instanceof Refusal)) throw error;
    const damage = error instanceof Damage ? error.damage : error.code;
    const index = this.first === undefined ? {} : { index: this.first };
    return { ok: false, damage, path: this.path, ...index, message: error.message, read: this.counts() };
  }
}

class Damage extends Error {
  constructor(
    readonly damage: LogDamage,
    message: string,
  ) {
    super(message);
  }
}

import { LeafLinksReader, type LeafLinks } from '../leaf/leaf-links.js';
import { HASH_BYTES, HASH_WORDS } from '../tree/hash.js';
import type { BundleMemory } from './bundle-memory.js';
import type { EntriesFound } from './entry-bundle.js';
import { TILE_WIDTH } from './tile.js';
import type { TileHashes } from './tile-hashes.js';

/**
 * What reading a bundle of entries gives: their hashes, the root over them, and what ties each leaf to its neighbours. All
 * of it lies in memory that threads may share: one reads a bundle, another goes on with it.
 */
export class BundleReading {
  private readonly leaves: LeafLinksReader;
  private readonly hashBytes: Buffer;
  private readonly leaf: PlainLeaf;

  /** @param tenant whose leaves the entries are; undefined when they are only hashed */
  constructor(
    private readonly memory: BundleMemory,
    private readonly tenant: string | undefined,
  ) {
    const { content, hashes, previous } = memory;
    this.leaves = new LeafLinksReader(content);
    this.hashBytes = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength);
    this.leaf = new PlainLeaf(tenant ?? '', previous);
  }

  /** Bytes that a bundle can have to be read here. */
  get bundleBytesMax(): number {
    return this.memory.content.length;
  }

  /** Bytes of the bundle that was read. */
  get bytes(): number {
    return this.memory.length[0] as number;
  }

  /** Reads a bundle, as far as it can be read. The root is there when it is full. */
  read(bundle: Uint8Array, width: number, tile: TileHashes): EntriesFound {
    const { content, places, root, length } = this.memory;
    content.set(bundle);
    length[0] = bundle.length;
    const found = places.find(content.subarray(0, bundle.length), width);
    this.hashBytes.set(tile.ofEntries(content, places, found.entries));
    if (found.entries === TILE_WIDTH) root.set(tile.root());
    if (this.tenant !== undefined)
      for (let place = 0; place < found.entries; place++) this.readLeaf(place, this.tenant);
    return found;
  }

  /** The hashes of the first entries, one behind the other, as a tile of level 0 has them. */
  hashes(entries: number): Buffer {
    return this.hashBytes.subarray(0, entries * HASH_BYTES);
  }

  /** The same as words. */
  get hashWords(): Int32Array {
    return this.memory.hashes;
  }

  /** The root over a full bundle, for as long as nobody else uses the memory. */
  root(): Uint8Array {
    return Uint8Array.from(this.memory.root);
  }

  /**
   * What ties the leaf at this place to its neighbours, until it is asked again.
   * @throws Refusal as `parseLeaf`
   */
  leafAt(place: number): LeafLinks {
    const { content, isPlain, places, recordedOrders, revisions, streamEnds, streamStarts } = this.memory;
    // What is not plain may be refused, and that is for who asks for it to hear.
    if (isPlain[place] !== 1)
      return this.leaves.read(places.starts[place] as number, places.ends[place] as number);
    const { leaf } = this;
    leaf.stream = content.toString('latin1', streamStarts[place], streamEnds[place]);
    leaf.revision = revisions[place] as number;
    leaf.recordedOrder = recordedOrders[place] as number;
    leaf.previousAt = place * HASH_WORDS;
    return leaf;
  }

  private readLeaf(place: number, tenant: string): void {
    const { leaves, memory } = this;
    const { starts, ends } = memory.places;
    const isPlain =
      leaves.readPlain(starts[place] as number, ends[place] as number) && leaves.tenant === tenant;
    memory.isPlain[place] = isPlain ? 1 : 0;
    if (!isPlain) return;
    memory.streamStarts[place] = leaves.streamFrom;
    memory.streamEnds[place] = leaves.streamTo;
    memory.revisions[place] = leaves.revision;
    memory.recordedOrders[place] = leaves.recordedOrder;
    for (let word = 0; word < HASH_WORDS; word++)
      memory.previous[place * HASH_WORDS + word] = leaves.previous[word] as number;
  }
}

/** What ties a plain leaf to its neighbours. */
class PlainLeaf implements LeafLinks {
  stream = '';
  revision = 0;
  recordedOrder = Number.NaN;
  previousAt = 0;

  constructor(
    readonly tenant: string,
    readonly previous: Int32Array,
  ) {}
}

import { HASH_WORDS } from '../tree/hash.js';
import type { LeafLinks } from './leaf-links.js';

const HEADS_AT_FIRST = 2 ** 14;

/**
 * How far each stream has come: the last leaf of each. Numbers stand in columns, a stream is a place in them, so that a
 * head is 48 bytes beside its name and the next leaf of a stream makes nothing new.
 */
export class StreamHeads {
  private readonly places = new Map<string, number>();
  /** Places of streams that are not held any more. */
  private readonly free: number[] = [];
  private revisions = new Float64Array(HEADS_AT_FIRST);
  private recordedOrders = new Float64Array(HEADS_AT_FIRST);
  private hashes = new Int32Array(HEADS_AT_FIRST * HASH_WORDS);

  get size(): number {
    return this.places.size;
  }

  /** The place of a stream; undefined when it is not held. */
  of(stream: string): number | undefined {
    return this.places.get(stream);
  }

  /** Gives a stream a place. */
  open(stream: string): number {
    const place = this.free.pop() ?? this.places.size;
    if (place === this.revisions.length) this.grow();
    // A text cut out of a longer one would keep all of that alive.
    this.places.set(Buffer.from(stream).toString(), place);
    return place;
  }

  /** Makes a leaf the last one of a stream. */
  set(place: number, { revision, recordedOrder }: LeafLinks, hashes: Int32Array, at: number): void {
    this.revisions[place] = revision;
    this.recordedOrders[place] = recordedOrder;
    for (let word = 0; word < HASH_WORDS; word++)
      this.hashes[place * HASH_WORDS + word] = hashes[at + word] as number;
  }

  revisionOf(place: number): number {
    return this.revisions[place] as number;
  }

  recordedOrderOf(place: number): number {
    return this.recordedOrders[place] as number;
  }

  /** Whether a leaf names the last one of the stream as the one before it. */
  isFollowedBy(place: number, { previous }: LeafLinks): boolean {
    for (let word = 0; word < HASH_WORDS; word++)
      if (this.hashes[place * HASH_WORDS + word] !== previous[word]) return false;
    return true;
  }

  /** Holds only some of the streams any longer. */
  keep(isKept: (stream: string) => boolean): void {
    for (const [stream, place] of this.places)
      if (!isKept(stream)) {
        this.places.delete(stream);
        this.free.push(place);
      }
  }

  clear(): void {
    this.places.clear();
    this.free.length = 0;
  }

  private grow(): void {
    this.revisions = grown(this.revisions, new Float64Array(this.revisions.length * 2));
    this.recordedOrders = grown(this.recordedOrders, new Float64Array(this.recordedOrders.length * 2));
    this.hashes = grown(this.hashes, new Int32Array(this.hashes.length * 2));
  }
}

function grown<T extends Float64Array | Int32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

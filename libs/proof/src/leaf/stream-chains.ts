import { refuse } from '../refusal.js';
import { sha256 } from '../tree/hash.js';
import type { LeafLinks } from './leaf-links.js';
import { StreamHeads } from './stream-heads.js';

/** Streams that are followed at once; a log that has more is read once for about each so many. About 100 MB. */
const STREAMS_MAX = 2 ** 19;
const PART_BITS_MAX = 32;

/** What is wrong with a leaf that is well formed and in the tree. */
export type ChainDamage = 'chain-broken' | 'time-goes-back';

/** Where a chain of leaves breaks. */
export class ChainError extends Error {
  override readonly name = 'ChainError';
  constructor(
    readonly damage: ChainDamage,
    message: string,
  ) {
    super(message);
  }
}

/** The streams whose name's SHA-256 starts with these bits. */
interface Part {
  readonly bits: number;
  readonly value: number;
}

/**
 * Checks the leaves of a log, in their order, stream by stream: revisions 0, 1, 2 …, each leaf naming the hash of the one
 * before it, times of recording that never go back, and all of one tenant. Memory is bounded: when there are more streams
 * than it may hold, it keeps half of them and asks for another pass over the log for the others.
 * @example
 * do for (const leaf of leaves) chains.take(leaf, hashes, 0);
 * while (chains.needsAnotherPass());
 */
export class StreamChains {
  private readonly heads = new StreamHeads();
  private part: Part = { bits: 0, value: 0 };
  private readonly later: Part[] = [];

  /** @param tenant whose leaves they are @param streamsMax streams that are followed at once */
  constructor(
    private readonly tenant: string,
    private readonly streamsMax = STREAMS_MAX,
  ) {}

  /**
   * Takes the next leaf.
   * @param hashes words among which its leaf hash is
   * @param at where that starts
   * @throws Refusal when it is of another tenant; ChainError when it does not follow the one before it
   */
  take(leaf: LeafLinks, hashes: Int32Array, at: number): void {
    const { heads } = this;
    const { tenant, stream, revision, recordedOrder } = leaf;
    if (tenant !== this.tenant) refuse('wrong-origin', 'the event is of another tenant');
    const head = heads.of(stream);
    if (head === undefined) {
      if (!this.holds(stream)) return;
      if (revision !== 0) broken(`revision 0 of the stream is missing before revision ${revision}`);
      if (heads.size >= this.streamsMax) this.halve();
      if (this.holds(stream)) heads.set(heads.open(stream), leaf, hashes, at);
      return;
    }
    const due = heads.revisionOf(head) + 1;
    if (revision !== due) broken(`revision ${due} of the stream is due, not revision ${revision}`);
    if (!heads.isFollowedBy(head, leaf))
      broken('the event follows another leaf than the one before it in its stream');
    if (recordedOrder < heads.recordedOrderOf(head))
      throw new ChainError('time-goes-back', 'the event says it was recorded before the one that it follows');
    heads.set(head, leaf, hashes, at);
  }

  /** Whether streams are left that were not followed: the log must be read again from its start. */
  needsAnotherPass(): boolean {
    const next = this.later.pop();
    if (next === undefined) return false;
    this.heads.clear();
    this.part = next;
    return true;
  }

  private halve(): void {
    while (this.heads.size >= this.streamsMax) {
      const { bits, value } = this.part;
      if (bits === PART_BITS_MAX) refuse('too-large', 'too many streams have names of the same hash');
      this.part = { bits: bits + 1, value: value * 2 };
      this.later.push({ bits: bits + 1, value: value * 2 + 1 });
      this.heads.keep((stream) => this.holds(stream));
    }
  }

  private holds(stream: string): boolean {
    const { bits, value } = this.part;
    return bits === 0 || sha256(Buffer.from(stream)).readUInt32BE(0) >>> (PART_BITS_MAX - bits) === value;
  }
}

function broken(message: string): never {
  throw new ChainError('chain-broken', message);
}

import { RapportError } from '@rapport/kernel';
import { HASH_BYTES } from '@rapport/proof';
import type {
  KeptLeaf,
  LeafStore,
  ProofLog,
  SaltedEvent,
  SaltedEvents,
  SealedEvent,
} from '../ports/index.js';

/** What a log is read from whose leaves a follower made. */
export interface FollowedLogParts {
  readonly leaves: LeafStore;
  readonly events: SaltedEvents;
}

const LEAVES_PER_READ = 500;

/**
 * The proof log of a ledger whose leaves are kept apart from its events: both together, read only.
 * @example
 * const log = followedProofLog({ leaves: mongoLeafStore({ mongo, tenant }), events });
 * const { root } = await headOf(log, await log.size());
 */
export const followedProofLog = (parts: FollowedLogParts): ProofLog => new FollowedProofLog(parts);

class FollowedProofLog implements ProofLog {
  private readonly leaves: LeafStore;
  private readonly events: SaltedEvents;
  readonly leafIndexesOf: ProofLog['leafIndexesOf'];
  readonly nodes: ProofLog['nodes'];
  readonly close: ProofLog['close'];

  constructor({ leaves, events }: FollowedLogParts) {
    this.leaves = leaves;
    this.events = events;
    this.leafIndexesOf = (positions) => leaves.leafIndexesOf(positions);
    this.nodes = (nodes) => leaves.nodes(nodes);
    this.close = () => leaves.close();
  }

  async size(): Promise<number> {
    return (await this.leaves.end()).size;
  }

  async sealedAt(leafIndexes: readonly number[]): Promise<readonly SealedEvent[]> {
    const sealed: SealedEvent[] = [];
    for (let at = 0; at < leafIndexes.length; at += LEAVES_PER_READ) {
      const leaves = await this.leaves.leavesAt(leafIndexes.slice(at, at + LEAVES_PER_READ));
      const found = await this.events.saltedAt(leaves.map(({ position }) => position));
      const events = new Map(found.map((event) => [event.position, event]));
      const previous = await this.previousOf(leaves);
      for (const [place, leaf] of leaves.entries()) {
        const event = events.get(leaf.position);
        if (event !== undefined) sealed.push(await this.sealedOf(leaf, event, previous[place] ?? null));
      }
    }
    return sealed;
  }

  /** An event that is missing is left out: whoever reads sees it by the indexes. One too many is an error. */
  async *readSealed({
    from,
    until,
  }: {
    readonly from: number;
    readonly until?: number;
  }): AsyncGenerator<SealedEvent> {
    const end = Math.min(until ?? Infinity, await this.size());
    if (from >= end) return;
    const leaves = this.read(from, end);
    let next = await leaves.next();
    for await (const event of this.events.readSalted({ after: await this.positionBefore(from) })) {
      while (next.done !== true && next.value.leaf.position < event.position) next = await leaves.next();
      if (next.done === true) return;
      const { leaf, previous } = next.value;
      if (leaf.position !== event.position) throw extra(event, leaf);
      yield await this.sealedOf(leaf, event, previous);
      next = await leaves.next();
      if (next.done === true) return;
    }
  }

  /** Leaves with the hash of the leaf before each in its stream. */
  private async *read(
    from: number,
    end: number,
  ): AsyncGenerator<{ readonly leaf: KeptLeaf; readonly previous: Uint8Array | null }> {
    for (let at = from; at < end; at += LEAVES_PER_READ) {
      const leaves = await this.leaves.leavesAt(indexesBetween(at, Math.min(at + LEAVES_PER_READ, end)));
      const previous = await this.previousOf(leaves);
      for (const [place, leaf] of leaves.entries()) yield { leaf, previous: previous[place] ?? null };
    }
  }

  private async positionBefore(index: number): Promise<bigint> {
    if (index === 0) return 0n;
    const [leaf] = await this.leaves.leavesAt([index - 1]);
    if (leaf !== undefined) return leaf.position;
    throw new RapportError('STORE_CORRUPT', `The proof log has lost leaf ${index - 1}.`);
  }

  private async previousOf(
    places: readonly { readonly stream: string; readonly revision: number }[],
  ): Promise<readonly (Uint8Array | undefined)[]> {
    return this.leaves.leafHashesOf(
      places.map(({ stream, revision }) => ({ stream, revision: revision - 1 })),
    );
  }

  /** The event says where it stands; a leaf that says otherwise is not believed. */
  private async sealedOf(
    leaf: KeptLeaf,
    event: SaltedEvent,
    previous: Uint8Array | null,
  ): Promise<SealedEvent> {
    const isInPlace = event.stream === leaf.stream && event.revision === leaf.revision;
    return {
      ...event,
      leafIndex: leaf.index,
      leafHash: leaf.hashes.subarray(0, HASH_BYTES),
      previous: isInPlace ? previous : ((await this.previousOf([event]))[0] ?? null),
    };
  }
}

/** The whole numbers from one up to another, without that. */
export const indexesBetween = (from: number, end: number): readonly number[] =>
  Array.from({ length: Math.max(0, end - from) }, (_, place) => from + place);

const extra = ({ position, stream, revision }: SaltedEvent, next: KeptLeaf): RapportError =>
  new RapportError(
    'STORE_CORRUPT',
    `The event at position ${position} (${stream}, revision ${revision}) stands before that of leaf ${next.index}, and has no leaf.`,
  );

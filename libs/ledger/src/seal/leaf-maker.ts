import { RapportError } from '@rapport/kernel';
import { HASH_BYTES } from '@rapport/proof';
import { LRUCache } from 'lru-cache';
import type {
  KeptLeaf,
  LeafStore,
  LogEnd,
  SaltedEvent,
  SaltedEvents,
  Sealer,
  Sealing,
} from '../ports/index.js';
import { indexesBetween } from './followed-proof-log.js';

/** How many of the last leaves are made once more before any is added. */
const LEAVES_RECHECKED = 64;
const STREAMS_CACHED_MAX = 50_000;

/** Where the leaves of a stream end. */
interface StreamEnd {
  readonly revision: number;
  readonly leafHash: Uint8Array;
}

export interface LeafMakerParts {
  readonly leaves: LeafStore;
  readonly events: SaltedEvents;
  readonly sealer: Sealer;
}

/**
 * Makes the leaves of events that come in ledger order, behind those that a log has. It writes nothing; whoever could not
 * keep the leaves it made takes up the log anew.
 */
export class LeafMaker {
  private readonly ends = new LRUCache<string, StreamEnd>({ max: STREAMS_CACHED_MAX });

  private constructor(
    private readonly leaves: LeafStore,
    private readonly sealing: Sealing,
    private last: LogEnd,
  ) {}

  /**
   * Takes up a log where it ends, after making its last leaves once more: that shows a ledger which ends before the log
   * does, or holds something else there.
   * @throws RapportError `STORE_CORRUPT` when it is so
   */
  static async resume({ leaves, events, sealer }: LeafMakerParts): Promise<LeafMaker> {
    const end = await leaves.end();
    const from = Math.max(0, end.size - LEAVES_RECHECKED);
    const kept = await leaves.leavesAt(indexesBetween(from, end.size));
    if (kept.length !== end.size - from || (kept.at(-1)?.position ?? 0n) !== end.position)
      throw refused('it has lost some of its last leaves');
    const found = await events.saltedAt(kept.map(({ position }) => position));
    const standing = new Map(found.map((event) => [event.position, event]));
    const previous = await leaves.leafHashesOf(kept.map(before));
    const sealing = sealer.resume(from, await leaves.nodes(sealer.edgeOf(from)));
    for (const [place, leaf] of kept.entries()) {
      const event = standing.get(leaf.position);
      if (event === undefined) throw refused(shorter(leaf));
      if (!isLeafOf(leaf, event, sealed(sealing, event, previous[place] ?? null)))
        throw refused(different(leaf));
    }
    return new LeafMaker(leaves, sealing, end);
  }

  /** Where the log ends with the leaves made so far. */
  get end(): LogEnd {
    return this.last;
  }

  /**
   * Makes the leaves of the next events.
   * @throws RapportError `STORE_CORRUPT` for a stream whose revisions do not follow each other
   */
  async make(events: readonly SaltedEvent[]): Promise<readonly KeptLeaf[]> {
    const ends = await this.endsBefore(events);
    return events.map((event) => {
      const { stream, revision, position, recordedAtMs } = event;
      const end = ends.get(stream);
      if (position <= this.last.position) throw refused(outOfOrder(event, this.last));
      if (revision !== (end?.revision ?? -1) + 1) throw refused(gap(event, end));
      const hashes = sealed(this.sealing, event, end?.leafHash ?? null);
      const leaf = { index: this.last.size, position, stream, revision, recordedAtMs, hashes };
      const next = { revision, leafHash: Uint8Array.from(hashes.subarray(0, HASH_BYTES)) };
      ends.set(stream, next);
      this.ends.set(stream, next);
      this.last = { size: leaf.index + 1, position };
      return leaf;
    });
  }

  /** Where the streams of these events end in the log; a stream that is new to it is left out. */
  private async endsBefore(events: readonly SaltedEvent[]): Promise<Map<string, StreamEnd>> {
    const ends = new Map<string, StreamEnd>();
    const unknown = new Map<string, SaltedEvent>();
    for (const event of events) {
      const end = this.ends.get(event.stream);
      if (end !== undefined) ends.set(event.stream, end);
      else if (!unknown.has(event.stream)) unknown.set(event.stream, event);
    }
    // A stream that is new here begins with revision 0: what stood before that need not be looked for.
    const firsts = [...unknown.values()];
    const later = firsts.filter(({ revision }) => revision > 0);
    const hashes = await this.leaves.leafHashesOf([...firsts, ...later.map(before)]);
    for (const [place, { stream, revision }] of later.entries()) {
      const leafHash = hashes[firsts.length + place];
      if (leafHash !== undefined) ends.set(stream, { revision: revision - 1, leafHash });
    }
    for (const [place, { stream, revision }] of firsts.entries()) {
      const leafHash = hashes[place]; // of an event that has its leaf already
      if (leafHash !== undefined) ends.set(stream, { revision, leafHash });
    }
    return ends;
  }
}

const before = ({ stream, revision }: { readonly stream: string; readonly revision: number }) => ({
  stream,
  revision: revision - 1,
});

/** Whatever goes wrong while a leaf is made is due to what is stored of its event. */
function sealed(sealing: Sealing, event: SaltedEvent, previous: Uint8Array | null): Uint8Array {
  try {
    return sealing.seal(event, event.salt, previous);
  } catch (cause) {
    throw refused(`${placeOf(event)} cannot be read`, cause);
  }
}

const isLeafOf = (leaf: KeptLeaf, event: SaltedEvent, hashes: Uint8Array): boolean =>
  Buffer.compare(leaf.hashes, hashes) === 0 &&
  leaf.stream === event.stream &&
  leaf.revision === event.revision &&
  leaf.recordedAtMs === event.recordedAtMs;

const refused = (why: string, cause?: unknown): RapportError =>
  new RapportError(
    'STORE_CORRUPT',
    `The proof log is not continued: ${why}. Bring back the newer ledger, or the log that belongs to this one; \`rapport verify --store\` says more.`,
    { cause },
  );

const shorter = ({ index, position }: KeptLeaf): string =>
  `the ledger does not hold the event of leaf ${index} at position ${position}; it is an older copy, has lost its end, or is another one`;
const different = ({ index, position }: KeptLeaf): string =>
  `the event at position ${position} is not the one that leaf ${index} was made of; the ledger was changed, or is another one`;
const outOfOrder = (event: SaltedEvent, { position }: LogEnd): string =>
  `${placeOf(event)} came behind position ${position}`;
const gap = (event: SaltedEvent, end: StreamEnd | undefined): string =>
  `${placeOf(event)} does not follow ${end === undefined ? 'the beginning' : `revision ${end.revision}`} of its stream, where the log stands`;
const placeOf = ({ position, stream, revision }: SaltedEvent): string =>
  `the event at position ${position} (${stream}, revision ${revision})`;

import type { StoredEvent } from './event-store.js';
import type { LogNode } from './proof-log.js';
import type { Lease } from './view-store.js';

/** An event with the salt that its store keeps beside it: what a sealer that follows the ledger reads. */
export interface SaltedEvent extends StoredEvent {
  /** `SALT_BYTES` random bytes, chosen when the event was appended. */
  readonly salt: Uint8Array;
}

/**
 * The events of a ledger whose leaves are made by a follower. Its store gives every event a salt when it is appended and
 * keeps the two together, so that the whole log can be made from the events again, leaf for leaf.
 */
export interface SaltedEvents {
  /** Events after a position with their salts, in ledger order, up to where it ends now. */
  readSalted(options: { readonly after: bigint; readonly countMax?: number }): AsyncIterable<SaltedEvent>;
  /** Salted events at exactly these positions, in the order given; a position that holds none is left out. */
  saltedAt(positions: readonly bigint[]): Promise<readonly SaltedEvent[]>;
  /**
   * Takes over events of another ledger of this tenant: with their ids, salts, recorded times and in their order, each at
   * the revision it had. Repeating is harmless: what is there already, identical, is passed over.
   * @throws RapportError `WRONG_EXPECTED_REVISION` when a stream holds something else
   */
  takeOver(events: readonly SaltedEvent[]): Promise<void>;
}

/** A leaf as it is kept beside the events. */
export interface KeptLeaf {
  /** Dense from 0. */
  readonly index: number;
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  /** When its event was recorded: milliseconds since the Unix epoch. */
  readonly recordedAtMs: number;
  /** 32 bytes each, one behind the other: the hash of the leaf, then those of the nodes it completes, lowest first. */
  readonly hashes: Uint8Array;
}

/** Where a log ends. */
export interface LogEnd {
  /** Number of leaves. */
  readonly size: number;
  /** Position of the event of the last leaf; 0n when there is none. */
  readonly position: bigint;
}

/** A place in a ledger: so many events lie up to this position, all recorded by this time. */
export interface LedgerMark {
  readonly position: bigint;
  /** Number of events up to and including the position. */
  readonly count: number;
  /** The greatest recorded time among them. */
  readonly recordedAtMs: number;
}

/** Places of a ledger that somebody has counted, so that a store that counts nothing need not read all from the start. */
export interface LedgerMarks {
  /** The last one; undefined when there is none. */
  last(): Promise<LedgerMark | undefined>;
  /** The last one all of whose events were recorded by this time; undefined when there is none. */
  recordedBy(recordedAtMs: number): Promise<LedgerMark | undefined>;
}

/**
 * The leaves of one tenant's log where they are kept apart from the events. One sealer writes, by its lease; since a leaf
 * follows from its event, its salt and its history, writing the same leaves again changes nothing.
 */
export interface LeafStore extends LedgerMarks {
  end(): Promise<LogEnd>;
  /**
   * Adds leaves at the end: visible together, or those before the first missing one.
   * @throws RapportError `LEASE_LOST` when the lease was taken over; `STORE_CORRUPT` when the log does not end before the first
   */
  append(leaves: readonly KeptLeaf[], lease: Lease): Promise<void>;
  /** Leaves by index, in the order given; an index that the log does not have is left out. */
  leavesAt(indexes: readonly number[]): Promise<readonly KeptLeaf[]>;
  /** The indexes of the leaves of the events at these positions; undefined for one that is not sealed (yet). */
  leafIndexesOf(positions: readonly bigint[]): Promise<readonly (number | undefined)[]>;
  /** The hashes of the leaves at these places of streams, in the order given; undefined for one that is not there. */
  leafHashesOf(
    places: readonly { readonly stream: string; readonly revision: number }[],
  ): Promise<readonly (Uint8Array | undefined)[]>;
  /** Hashes of complete nodes, in the order given. @throws RapportError `STORE_CORRUPT` when one is not there */
  nodes(nodes: readonly LogNode[]): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}

import type { EventToAppend, StoredEvent } from './event-store.js';

export { SALT_BYTES } from '@rapport/proof';

/** An event on its way into the store, with its place in its stream: what its leaf is made of, beside salt and history. */
export interface EventToSeal extends EventToAppend {
  readonly stream: string;
  readonly revision: number;
}

/**
 * Gives events their leaves. A store calls it in ledger order, inside the transaction that makes the events durable; it
 * knows formats, the store knows none.
 */
export interface Sealer {
  /**
   * Takes up the log where it ends.
   * @param size leaves so far
   * @param edge hashes of the complete subtrees of that size, largest first: those of the nodes that {@link edgeOf} names
   */
  resume(size: number, edge: readonly Uint8Array[]): Sealing;
  /** The nodes whose hashes {@link resume} needs at a size. */
  edgeOf(size: number): readonly LogNode[];
}

/** A log that grows. */
export interface Sealing {
  /**
   * Gives the next event its leaf.
   * @param salt {@link SALT_BYTES} random bytes, stored with the event
   * @param previous the hash of the leaf before it in its stream; null for revision 0
   * @returns hashes of 32 bytes, one behind the other: that of the leaf, then those of the nodes it completes, lowest first
   */
  seal(event: EventToSeal, salt: Uint8Array, previous: Uint8Array | null): Uint8Array;
}

/** Sealers, and where they are exported from: a thread cannot be given functions, so it imports them. */
export interface SealerSource {
  /** A package, or the address of a module. */
  readonly module: string;
  /** The name under which the module exports this very source. */
  readonly name: string;
  readonly of: (tenant: string) => Sealer;
}

/** A node of the tree: the hash over the leaves from index × 2^level on, 2^level of them. */
export interface LogNode {
  readonly level: number;
  readonly index: number;
}

/** A sealed event, with everything that its leaf is made of. */
export interface SealedEvent extends StoredEvent {
  /** Index of its leaf, dense from 0. */
  readonly leafIndex: number;
  readonly salt: Uint8Array;
  /** The hash of its leaf as the log holds it. */
  readonly leafHash: Uint8Array;
  /** The hash of the leaf before it in its stream as the log holds it; null for revision 0. */
  readonly previous: Uint8Array | null;
}

/** The leaves and the tree of one tenant: read only, since what seals events writes them. */
export interface ProofLog {
  /** Number of leaves. */
  size(): Promise<number>;
  /** The leaf indexes of the events at these positions; undefined for one that is not sealed (yet). */
  leafIndexesOf(positions: readonly bigint[]): Promise<readonly (number | undefined)[]>;
  /** Sealed events by leaf index, in the order given; an index that the log does not have is left out. */
  sealedAt(leafIndexes: readonly number[]): Promise<readonly SealedEvent[]>;
  /** Sealed events from a leaf index on, up to the end of the log as it is now (or `until`, which is not given any more). */
  readSealed(options: { readonly from: number; readonly until?: number }): AsyncIterable<SealedEvent>;
  /** Hashes of complete nodes, in the order given. @throws RapportError `STORE_CORRUPT` when one is not there */
  nodes(nodes: readonly LogNode[]): Promise<readonly Uint8Array[]>;
  close(): Promise<void>;
}

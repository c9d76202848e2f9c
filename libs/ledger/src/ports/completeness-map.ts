/** How many leaves a key has, and the head of their hash chain (see `extendChain` of the proof room). */
export interface KeyValue {
  readonly count: number;
  /** 32 bytes. */
  readonly head: Uint8Array;
}

/** What the map covers. */
export interface MapState {
  /** Leaves of the proof log that are in it: those before this index. */
  readonly size: number;
  /** Root of the map over them. */
  readonly root: Uint8Array;
  /** Root of the tree of those leaves: tells whether the log is still the one that the map was made from. */
  readonly treeRoot: Uint8Array;
}

/** Leaves that the map takes up together. */
export interface MapAdvance {
  /** The size that the map must have; another one is refused, so that no two followers interleave. */
  readonly from: number;
  readonly to: MapState;
  /** Every key that they touch: its new value, and the indexes of its new leaves, ascending. */
  readonly changes: readonly {
    readonly key: string;
    readonly value: KeyValue;
    readonly leaves: readonly number[];
  }[];
  /** New nodes by the SHA-256 of their bytes; some may be stored already. */
  readonly nodes: readonly { readonly hash: Uint8Array; readonly bytes: Uint8Array }[];
}

/**
 * The completeness map of one tenant: for every key the leaves that belong to it, as a Merkle map whose roots are logged.
 * Derived from the proof log, so it may be thrown away and is built again.
 */
export interface CompletenessMap {
  /** What it covers; undefined while it covers nothing. */
  state(): Promise<MapState | undefined>;
  /** Values of keys as of now, in the order given; undefined for a key that has no leaf. */
  values(keys: readonly string[]): Promise<readonly (KeyValue | undefined)[]>;
  /** Indexes of the leaves of a key below a size, ascending. */
  leavesOf(key: string, below: number): Promise<readonly number[]>;
  /** Bytes of nodes by their hashes, in the order given; undefined for one that is not there. */
  nodes(hashes: readonly Uint8Array[]): Promise<readonly (Uint8Array | undefined)[]>;
  /** Takes leaves up: all or nothing. @throws RapportError `STORE_UNAVAILABLE` when the map has another size */
  advance(step: MapAdvance): Promise<void>;
  /** Empties it. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

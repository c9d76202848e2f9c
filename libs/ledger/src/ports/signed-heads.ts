/**
 * The last signed head of a log, kept apart from the data: what the ledger said it held is then remembered by something
 * that does not go back in time with a restored copy of the ledger.
 */
export interface SignedHeads {
  /** The checkpoint kept last; undefined when there never was one. */
  last(): Promise<Uint8Array | undefined>;
  /** Keeps a checkpoint in place of the one before. MUST NOT resolve before it is durable. */
  keep(checkpoint: Uint8Array): Promise<void>;
}

/** The keys of a log in the text form of C2SP signed-note; their name is the log's origin, `<host>/<tenant>`. */
export interface LogKeys {
  /** For everybody who verifies. */
  readonly verifierKey: string;
  /** For whoever signs; a process that only reads has none. */
  readonly signerKey?: string;
}

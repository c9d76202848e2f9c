/** How to reach the production profile: events in EventStoreDB, everything else in MongoDB. */
export interface ProductionOptions {
  /** A connection string of EventStoreDB, credentials and TLS in it: `esdb://admin:secret@events:2113?tls=true`. */
  readonly eventStoreDb: string;
  /** Stands before the names of tenants there, where several installations share the server; nothing unless given. */
  readonly eventStoreDbPrefix?: string;
  /** A connection string of MongoDB, credentials and TLS in it. */
  readonly mongoDb: string;
  /** The database of views and proof logs; `rapport` unless given. */
  readonly database?: string;
  /** The MongoDB of the keys of persons, which belong in another place and another backup; `mongoDb` unless given. */
  readonly mongoDbKeys?: string;
  /** The database of those keys; `rapport_keys` unless given. */
  readonly keysDatabase?: string;
  /** The folder of secrets, of the erasures once more and, in a worker, of the last signed heads. */
  readonly keysDir: string;
  /** The secret that wraps the keys of persons; in the file `key-encryption-key` of that folder unless given. */
  readonly keyEncryptionKey?: string;
  /** The tenants that this process looks after; all unless given. */
  readonly tenants?: readonly string[];
  /** The host in the origin of a new log, `<host>/<tenant>`; `rapport.local` unless given. */
  readonly logHost?: string;
  /** Whether a second person has to approve the erasure of a person. */
  readonly erasureApproval?: boolean;
  /** For how long a worker holds what it looks after; so long after its death another takes over. 5 s unless given. */
  readonly leaseMs?: number;
  /** How often a worker logs the root of its completeness maps, where something was recorded; 5 minutes unless given. */
  readonly mapIntervalMs?: number;
  /** The clock; the system's unless given. Milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

/** What stands in for what is not given. */
export const PRODUCTION_DEFAULTS = {
  database: 'rapport',
  keysDatabase: 'rapport_keys',
  leaseMs: 5_000,
  mapIntervalMs: 5 * 60_000,
} as const;

/**
 * How long a server that does not answer is asked before whoever waits is told, milliseconds. A call may wait for one thing
 * after the other, such as what it reads and then what it appends, and its caller commonly waits 30 s in all.
 */
export const PATIENCE_MS = 12_000;

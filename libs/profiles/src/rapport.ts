import type { Ledger, Question, WrittenBundle } from '@rapport/ledger';
import type { ProveOptions } from './prove/prove-options.js';

/** How to open the embedded profile. */
export interface EmbeddedOptions {
  /** The data folder; each tenant is a folder in it. Created when it is missing (unless read-only). */
  readonly dataDir: string;
  /** Opens beside a running server: reads, never writes, never takes the writer's lock. */
  readonly readOnly?: boolean;
  /**
   * Where views are kept up to date: `thread` in a worker thread of low priority (servers), `inline` in this thread
   * (short-lived commands and specs), `none` not at all (read-only).
   */
  readonly projector?: 'thread' | 'inline' | 'none';
  /**
   * The folder of secrets and last signed heads: `<dataDir>/.keys` unless given. Kept and backed up apart from the events;
   * another disk protects better.
   */
  readonly keysDir?: string;
  /**
   * The secret that wraps the keys of persons. Unless given, that of the environment variable
   * `RAPPORT_KEY_ENCRYPTION_KEY`, or else the file `key-encryption-key` in the folder of secrets.
   */
  readonly keyEncryptionKey?: string;
  /** The host in the origin of a new log, `<host>/<tenant>`; `rapport.local` unless given. */
  readonly logHost?: string;
  /** Whether a second person has to approve the erasure of a person. */
  readonly erasureApproval?: boolean;
  /**
   * How often a server (`projector: 'thread'`) logs the root of its completeness map, where something was recorded
   * meanwhile; 5 minutes unless given.
   */
  readonly mapIntervalMs?: number;
  /** The clock; the system's unless given. Milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

/** The ledgers of all tenants, open in one profile. */
export interface Rapport {
  /**
   * The ledger of a tenant. Opens it once, and creates it when it is missing and Rapport is open for writing.
   * @throws RapportError `INVALID_TENANT`, `TENANT_NOT_FOUND`, `STORE_CORRUPT`, `STORE_FOREIGN`
   */
  ledger(tenant: string): Promise<Ledger>;
  /**
   * Answers a question and proves the answer, as at the last time that the completeness map was logged: now, where this
   * process may record.
   * @throws RapportError as {@link Rapport.ledger} and as the question does; `PROOF_NOT_READY`, `LOG_NOT_SIGNED`,
   * `LIMIT_EXCEEDED`
   * @example (await rapport.prove('main', { name: 'timeline', parameters: { party: 'c-1' } })).lines
   */
  prove(tenant: string, question: Question, how?: ProveOptions): Promise<WrittenBundle>;
  /** Names of the tenants that exist, sorted. */
  tenants(): Promise<readonly string[]>;
  /** Finishes what was acknowledged, then closes everything. */
  close(): Promise<void>;
}

/** Who holds a data folder for writing. */
export interface Holder {
  readonly pid: number;
  /** The server's address, when the holder is a server. */
  readonly url?: string;
  readonly since: string;
}

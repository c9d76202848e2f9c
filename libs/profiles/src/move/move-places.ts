import type {
  EventStore,
  KeyStore,
  LogKeys,
  ProofLog,
  SaltedEvent,
  SaltedEvents,
  ViewStore,
} from '@rapport/ledger';

/** Where the secrets of all tenants of a place lie. */
export interface Secrets {
  readonly keysDir: string;
  /** See `EmbeddedOptions.keyEncryptionKey`. */
  readonly keyEncryptionKey: string | undefined;
}

/** Told how far something has come. */
export type Counted = (done: number, total: number) => void;

/** The ledger of a tenant where it is moved from: it is only read. */
export interface TenantSource {
  readonly tenant: string;
  readonly secrets: Secrets;
  readonly events: EventStore & Pick<SaltedEvents, 'readSalted'>;
  /** None where none were ever built. */
  readonly views: ViewStore | undefined;
  readonly log: ProofLog;
  readonly keys: KeyStore;
  /** The key by which others know the log; undefined when it was never signed. */
  verifierKey(): Promise<string | undefined>;
  /** The last signed head. */
  lastHead(): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** A place that ledgers are moved from. */
export interface MoveSource {
  /** Names of the tenants that it holds, sorted. */
  tenants(): Promise<readonly string[]>;
  /** Whether nobody else can record there as long as it is open. */
  readonly isHeld: boolean;
  /** @throws RapportError `TENANT_NOT_FOUND`, and those of its stores */
  tenant(name: string): Promise<TenantSource>;
  close(): Promise<void>;
}

/**
 * The ledger of a tenant where it is moved to. Until {@link TenantTarget.finish} nobody else finds it there, so that what
 * is half moved is never served.
 */
export interface TenantTarget {
  readonly secrets: Secrets;
  /** Whether others use it there already: it was moved before, or recorded there. */
  readonly isInUse: boolean;
  /** Whether no tenant there has keys of persons, so that the source's key-encryption key may become that of the place. */
  readonly isWithoutKeys: boolean;
  /**
   * Whether there is something in a stream of the tenant although nothing tells of the tenant: a store that many share is
   * not searched for that.
   */
  holdsStray(stream: string): Promise<boolean>;
  /** What it holds of the tenant now, in ledger order; nothing where nothing tells of the tenant. */
  held(): AsyncIterable<SaltedEvent>;
  /** Makes what is needed to write. Repeating is harmless. */
  begin(): Promise<void>;
  /** As {@link SaltedEvents.takeOver}. */
  takeOver(events: readonly SaltedEvent[]): Promise<void>;
  /** The key store, for writing. Closed by whoever opened it. */
  openKeys(): Promise<KeyStore>;
  /** Tells the readers of the place of a log's key and its last signed head. */
  publish(keys: LogKeys, checkpoint: Uint8Array | undefined): Promise<void>;
  /** Seals what is not sealed and builds the views, up to so many events at least. */
  bringUp(count: number, onProgress: Counted, signal: AbortSignal | undefined): Promise<void>;
  /** What was brought up, for reading; closed with the target. */
  result(): Promise<{ readonly log: ProofLog; readonly views: ViewStore; readonly position: bigint }>;
  /** Makes it a tenant as any other. Repeating is harmless. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** A place that ledgers are moved to. */
export interface MoveTarget {
  /** @throws RapportError `INVALID_TENANT`, and those of its stores */
  tenant(name: string): Promise<TenantTarget>;
  close(): Promise<void>;
}

/** Bounds of the server; every one has an error of its own or a cursor behind it, none cuts in silence. */
export interface Limits {
  /** Body of a single event or a batch. */
  readonly bodyBytesMax: number;
  readonly batchEventsMax: number;
  /** One line of an NDJSON ingest. */
  readonly lineBytesMax: number;
  /** How long a body other than an ingest may take to arrive. */
  readonly bodyTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly headerBytesMax: number;
  /** One part of a path: a party id, a key of a document. */
  readonly pathPartLengthMax: number;
  /** How long a connection may be silent in both directions. */
  readonly idleTimeoutMs: number;
  readonly connectionsMax: number;
  /** Requests under way at once; beyond it a request is refused with `OVERLOADED`. */
  readonly requestsMax: number;
  readonly liveFeedsMax: number;
  /** How long the reader of a live feed may take no bytes before it is sent away. */
  readonly liveStallMs: number;
  readonly heartbeatMs: number;
  /** Tenants that recording through this server may bring into being, existing ones included. */
  readonly tenantsMax: number;
  readonly waitTimeoutMsDefault: number;
  readonly waitTimeoutMsMax: number;
  /** Readiness: how many events a view may lag behind. */
  readonly readyLagEventsMax: number;
  /** How long a stop waits for requests under way. */
  readonly stopTimeoutMs: number;
}

/** The limits unless told otherwise. */
export const LIMITS: Limits = {
  bodyBytesMax: 10 * 1024 * 1024,
  batchEventsMax: 1_000,
  lineBytesMax: 1024 * 1024,
  bodyTimeoutMs: 30_000,
  headersTimeoutMs: 15_000,
  headerBytesMax: 16 * 1024,
  pathPartLengthMax: 1_000,
  idleTimeoutMs: 60_000,
  connectionsMax: 2_000,
  requestsMax: 1_024,
  liveFeedsMax: 200,
  liveStallMs: 30_000,
  heartbeatMs: 15_000,
  tenantsMax: 100,
  waitTimeoutMsDefault: 5_000,
  waitTimeoutMsMax: 60_000,
  readyLagEventsMax: 10_000,
  stopTimeoutMs: 10_000,
};

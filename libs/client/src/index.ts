export { rapportClient } from './client.js';
export type {
  BoundsInput,
  ClientOptions,
  ErasureReceipt,
  ErasureRequest,
  EventRecorder,
  Freshness,
  RapportClient,
  ServerAnswer,
} from './client-contract.js';
export type { CompleteEvent, EventInput, KindType, UntypedEventInput } from './event-input.js';
export type { Payloads } from './kinds.generated.js';
export type { ShownEvent } from './live-feed.js';
export type { Outcome } from './outcome.js';
export type { Parameters } from './parameters.js';
export { RapportError } from './rapport-error.js';
export type { RecorderCounts, RecorderOptions } from './recorder.js';

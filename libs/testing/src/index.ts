export {
  completenessMapContract,
  type CompletenessMapFactory,
  type CompletenessMapUnderTest,
} from './completeness-map.contract.js';
export { eventStoreContract } from './event-store.contract.js';
export { all, events as sampleEvents, failure } from './event-store/store-under-test.js';
export type { EventStoreFactory, EventStoreUnderTest } from './event-store/store-under-test.js';
export {
  keyStoreContract,
  tombstone,
  wrappedKey,
  type KeyStoreFactory,
  type KeyStoreUnderTest,
} from './key-store.contract.js';
export {
  leafStoreContract,
  sampleLeaves,
  type LeafStoreFactory,
  type LeafStoreUnderTest,
} from './leaf-store.contract.js';
export { LeavesInMemory, memoryLeafStore, MemoryLeases } from './memory-leaf-store.js';
export { viewStoreContract } from './view-store.contract.js';
export type { ViewStoreFactory, ViewStoreUnderTest } from './view-store/views-under-test.js';
export * from './given-when-then.js';
export * from './own-server.js';
export * from './payloads.js';
export * from './plain-sealer.js';
export * from './production-servers.js';
export * from './reference-views.js';
export * from './shared-data.js';
export * from './touchpoint-builder.js';

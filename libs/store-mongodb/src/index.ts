export { mongoCompletenessMap, type MongoCompletenessMapOptions } from './completeness-map.js';
export { connectMongo, type MongoConnection, type MongoOptions } from './connection.js';
export { mongoLeaseHolders, type LeaseHolder } from './lease-holders.js';
export { mongoLeafStore, type MongoLeafStoreOptions } from './leaf-store.js';
export { mongoSignedHeads, type MongoSignedHeadsOptions, type PublishedHeads } from './signed-heads.js';
export { mongoTenantRegistry, type RegisteredTenant, type TenantRegistry } from './tenant-registry.js';
export {
  mongoWorkRequests,
  type TakenRequest,
  type Work,
  type WorkRequests,
  type WorkState,
} from './work-requests.js';
export { mongoWorkerRegistry, type RegisteredWorker, type WorkerRegistry } from './worker-registry.js';
export { mongoKeyStore, type MongoKeyStoreOptions } from './key-store.js';
export { mongoDbServer, type MongoDbServer } from './server-probe.js';
export { mongoViewStore, type MongoViewStoreOptions } from './view-store.js';

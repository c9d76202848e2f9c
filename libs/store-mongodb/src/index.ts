export { mongoCompletenessMap, type MongoCompletenessMapOptions } from './completeness-map.js';
export { connectMongo, type MongoConnection, type MongoOptions } from './connection.js';
export { mongoKeyStore, type MongoKeyStoreOptions } from './key-store.js';
export { mongoLeafStore, type MongoLeafStoreOptions } from './leaf-store.js';
export { mongoDbServer, type MongoDbServer } from './server-probe.js';
export { mongoSignedHeads, type MongoSignedHeadsOptions, type PublishedHeads } from './signed-heads.js';
export { mongoViewStore, type MongoViewStoreOptions } from './view-store.js';

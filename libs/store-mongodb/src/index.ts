export { connectMongo, type MongoConnection, type MongoOptions } from './connection.js';
export { mongoLeafStore, type MongoLeafStoreOptions } from './leaf-store.js';
export { mongoSignedHeads, type MongoSignedHeadsOptions, type PublishedHeads } from './signed-heads.js';

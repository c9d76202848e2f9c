export { mongoCompletenessMap, type MongoCompletenessMapOptions } from './completeness-map.js';
export { connectMongo, type MongoConnection, type MongoOptions } from './connection.js';
export { mongoKeyStore, type MongoKeyStoreOptions } from './key-store.js';
export { mongoDbServer, type MongoDbServer } from './server-probe.js';
export { mongoViewStore, type MongoViewStoreOptions } from './view-store.js';

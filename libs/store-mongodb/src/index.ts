export { connectMongo, type MongoConnection, type MongoOptions } from './connection.js';
export { mongoViewStore, type MongoViewStoreOptions } from './view-store.js';

export { connectMongo, type MongoConnection, type MongoOptions } from './connection.js';

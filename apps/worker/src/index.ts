export { serveWorker, type ServedWorker } from './serve-worker.js';

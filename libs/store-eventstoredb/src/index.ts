export { eventStoreDbStore, type EventStoreDbOptions } from './event-store.js';
export { eventStoreDbServer, type EventStoreDbServer } from './server-probe.js';

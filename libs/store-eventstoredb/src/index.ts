export { eventStoreDbStore, type EventStoreDbOptions } from './event-store.js';
export { eventStoreDbServer, type EventStoreDbServer } from './server-probe.js';
export { eventStoreDbEnd } from './server-end.js';

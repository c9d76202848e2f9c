export * from './check-append.js';
export * from './completeness-map.js';
export * from './event-store.js';
export * from './key-store.js';
export * from './leaf-store.js';
export * from './proof-log.js';
export * from './signed-heads.js';
export * from './view-store.js';

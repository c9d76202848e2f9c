export { sqliteCompletenessMap, type SqliteCompletenessMapOptions } from './completeness-map.js';
export { copyStore, putStoreInPlace, type CopiedStore, type CopyOptions } from './copy-store.js';
export { sqliteEventStore, type SqliteEventStoreOptions } from './event-store.js';
export { announceUrl, folderHolder, holdFolder, type FolderHolder } from './folder-lock.js';
export { sqliteKeyStore, type SqliteKeyStoreOptions } from './key-store.js';
export { threadedKeyStore } from './key-store-thread.js';
export { integrityProblems } from './integrity.js';
export { sqliteProofLog } from './proof-log.js';
export {
  sqliteSaltedEvents,
  type SqliteSaltedEvents,
  type SqliteSaltedEventsOptions,
} from './salted-events.js';
export { newTurn } from './write-turn.js';
export { isDisposableFailure, sqliteViewStore, type SqliteViewStoreOptions } from './view-store.js';

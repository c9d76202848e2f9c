export { sqliteEventStore, type SqliteEventStoreOptions } from './event-store.js';
export { announceUrl, folderHolder, holdFolder, type FolderHolder } from './folder-lock.js';
export { isDisposableFailure, sqliteViewStore, type SqliteViewStoreOptions } from './view-store.js';

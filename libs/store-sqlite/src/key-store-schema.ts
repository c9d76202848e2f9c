import type { FileFormat } from './database.js';

/**
 * `keys.db`. A wrapped key is written once, at the end of its table, and destroyed where it lies, by as many zeros; its
 * row stays. So SQLite never moves one from page to page, which would leave copies behind that no later deletion reaches.
 * What does get moved (the index, the tombstones) holds no key.
 */
export const KEY_FORMAT: FileFormat = {
  name: 'key store',
  applicationId: 0x52_41_50_4b, // RAPK
  version: 1,
  schema: `
    CREATE TABLE key_store (tenant TEXT NOT NULL, erasures_until INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE TABLE keys (
      number INTEGER PRIMARY KEY,
      person TEXT NOT NULL UNIQUE,
      keyid TEXT NOT NULL,
      wrapper TEXT NOT NULL,
      wrapped BLOB NOT NULL
    ) STRICT;
    CREATE TABLE tombstones (
      person TEXT PRIMARY KEY,
      erasedat TEXT NOT NULL,
      erased_by TEXT NOT NULL,
      approvedby TEXT,
      basis TEXT NOT NULL,
      keyid TEXT
    ) STRICT, WITHOUT ROWID;
  `,
};

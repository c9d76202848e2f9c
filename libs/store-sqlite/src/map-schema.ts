import type { FileFormat } from './database.js';

/** `map.db`: disposable. Keys are numbered, so that a row of a chain stays short; nodes lie under the hash of their bytes. */
export const MAP_FORMAT: FileFormat = {
  name: 'completeness map',
  applicationId: 0x52_41_50_4d, // RAPM
  version: 1,
  schema: `
    CREATE TABLE map_state (size INTEGER NOT NULL, root BLOB NOT NULL, tree_root BLOB NOT NULL) STRICT;
    CREATE TABLE keys (
      number INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      count INTEGER NOT NULL,
      head BLOB NOT NULL
    ) STRICT;
    CREATE TABLE chains (key INTEGER NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (key, leaf)) STRICT, WITHOUT ROWID;
    CREATE TABLE nodes (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;
  `,
};

import type { FileFormat } from './database.js';

/**
 * `views.db`: disposable. Each copy of a view has tables of its own, named after its number here, so that nothing of a
 * user's ever becomes part of SQL; `fields` lists the declared ones, in the order of their columns.
 */
export const VIEW_FORMAT: FileFormat = {
  name: 'views file',
  applicationId: 0x52_41_50_56, // RAPV
  version: 2,
  schema: `
    CREATE TABLE copies (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      version INTEGER NOT NULL,
      shape TEXT NOT NULL,
      fields TEXT NOT NULL,
      state TEXT NOT NULL,
      indexed INTEGER NOT NULL,
      checkpoint INTEGER NOT NULL,
      events INTEGER NOT NULL,
      UNIQUE (name, version)
    ) STRICT;
    CREATE TABLE parked (
      copy INTEGER NOT NULL,
      key TEXT NOT NULL,
      position INTEGER NOT NULL,
      error TEXT NOT NULL,
      waiting INTEGER NOT NULL,
      PRIMARY KEY (copy, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE history (key TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (key, position)) STRICT, WITHOUT ROWID;
    CREATE TABLE corrections (target TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (target, position)) STRICT, WITHOUT ROWID;
    CREATE TABLE merges (
      position INTEGER NOT NULL,
      absorbed TEXT NOT NULL,
      survivor TEXT NOT NULL,
      effect TEXT NOT NULL,
      time TEXT NOT NULL,
      source TEXT NOT NULL,
      id TEXT NOT NULL,
      PRIMARY KEY (position, absorbed, survivor)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE index_progress (checkpoint INTEGER NOT NULL) STRICT;
    INSERT INTO index_progress VALUES (0);
    CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, token INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
};

import type { FileFormat } from './database.js';

/**
 * `ledger.db`. Streams and types are numbers, so that a row and its index entry stay short. The only index over events is
 * that of a stream's revisions: it answers reads of a stream, its last revision, and repeated appends, which compare the
 * ids that stand at known revisions. Positions are rowids given out one by one and never freed.
 */
export const EVENT_FORMAT: FileFormat = {
  name: 'ledger',
  applicationId: 0x52_41_50_4c, // RAPL
  version: 1,
  schema: `
    CREATE TABLE ledger (tenant TEXT NOT NULL) STRICT;
    CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE events (
      position INTEGER PRIMARY KEY,
      stream INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      id BLOB NOT NULL,
      type INTEGER NOT NULL,
      recorded_at INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  `,
};

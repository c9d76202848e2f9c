import type { FileFormat } from './database.js';

/**
 * `ledger.db`. Streams and types are numbers, so that a row and its index entry stay short. The only index over events is
 * that of a stream's revisions: it answers reads of a stream, its last revision, and repeated appends, which compare the
 * ids that stand at known revisions. Positions are rowids given out one by one and never freed.
 *
 * An event's row holds its place in the proof log too: the random salt of its digest, and the hashes that its leaf adds to
 * the tree, 32 bytes each: its own, then those of the nodes that it completes. So the hash of the node (level, index)
 * stands in the row of the last leaf below it, as the level-th of those: no table, no index and no row more.
 */
export const EVENT_FORMAT: FileFormat = {
  name: 'ledger',
  applicationId: 0x52_41_50_4c, // RAPL
  version: 2,
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
      body TEXT NOT NULL,
      salt BLOB NOT NULL,
      hashes BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  `,
};

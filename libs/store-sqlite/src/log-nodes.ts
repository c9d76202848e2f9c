import { RapportError } from '@rapport/kernel';
import type { LogNode } from '@rapport/ledger';
import type { Database, Statement } from 'better-sqlite3';

/** Bytes of a hash. That of its own leaf stands first among the hashes of an event. */
export const HASH_BYTES = 32;

/** Reads nodes of the tree out of the rows of events (see {@link EVENT_FORMAT}). */
export class LogNodes {
  private readonly node: Statement;

  constructor(db: Database) {
    this.node = db.prepare(`SELECT substr(hashes, ?, ${HASH_BYTES}) FROM events WHERE position = ?`).pluck();
  }

  /** @throws RapportError `STORE_CORRUPT` for a node that is not there */
  read(nodes: readonly LogNode[]): readonly Uint8Array[] {
    return nodes.map(({ level, index }) => {
      const lastPosition = (index + 1) * 2 ** level;
      const hash = this.node.get(1 + level * HASH_BYTES, lastPosition) as Buffer | undefined;
      if (hash?.length === HASH_BYTES) return hash;
      throw new RapportError(
        'STORE_CORRUPT',
        `The proof log misses node ${index} of level ${level}: run \`rapport verify --store\`, and restore a backup.`,
      );
    });
  }
}

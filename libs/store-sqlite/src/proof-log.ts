import { setImmediate as otherWork } from 'node:timers/promises';
import { RapportError } from '@rapport/kernel';
import type { LogNode, ProofLog, SealedEvent } from '@rapport/ledger';
import type { Database, Statement } from 'better-sqlite3';
import { guarded, prepared } from './errors.js';
import { openEvents } from './event-file.js';
import { idText } from './event-id.js';
import { ROWS_PER_READ } from './event-reader.js';
import { LogNodes } from './log-nodes.js';

const ROWS_AT_FIRST = 8;

type Row = [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  recordedAtMs: number,
  body: string,
  salt: Buffer,
  leafHash: Buffer,
  previous: Buffer | null,
];

/**
 * The proof log of one tenant, as it stands in `ledger.db`. Reads only, through a connection of its own.
 * @throws RapportError `DATA_NOT_FOUND`, `STORE_FOREIGN`, `STORE_CORRUPT`
 * @example
 * const log = sqliteProofLog('./data/main/ledger.db');
 * const root = await rootOf(log, await log.size());
 */
export function sqliteProofLog(file: string): ProofLog {
  const db = openEvents(file, true);
  try {
    return new SqliteProofLog(db, file);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Positions are given out one by one from 1 on, and every event has a leaf: a leaf's index is its position less one. */
class SqliteProofLog implements ProofLog {
  private readonly sql: ReturnType<typeof prepare>;
  private readonly tree: LogNodes;

  constructor(
    private readonly db: Database,
    private readonly file: string,
  ) {
    this.sql = prepared(file, () => prepare(db));
    this.tree = prepared(file, () => new LogNodes(db));
  }

  async size(): Promise<number> {
    return guarded(this.file, () => (this.sql.last.get() as number | null) ?? 0);
  }

  async leafIndexesOf(positions: readonly bigint[]): Promise<readonly (number | undefined)[]> {
    const size = BigInt(await this.size());
    return positions.map((position) =>
      position >= 1n && position <= size ? Number(position) - 1 : undefined,
    );
  }

  async sealedAt(leafIndexes: readonly number[]): Promise<readonly SealedEvent[]> {
    const events: SealedEvent[] = [];
    for (let at = 0; at < leafIndexes.length; at += ROWS_PER_READ) {
      if (at > 0) await otherWork();
      const positions = leafIndexes.slice(at, at + ROWS_PER_READ).map((index) => index + 1);
      const rows = guarded(this.file, () => this.sql.at.all(JSON.stringify(positions)) as Row[]);
      const found = new Map(rows.map((row) => [row[0], row]));
      for (const position of positions) {
        const row = found.get(position);
        if (row !== undefined) events.push(sealedOf(row));
      }
    }
    return events;
  }

  async *readSealed({
    from,
    until,
  }: {
    readonly from: number;
    readonly until?: number;
  }): AsyncGenerator<SealedEvent> {
    const end = until ?? (await this.size());
    // Few rows first: whoever looks for damage starts again behind each, and wants no more than what comes next.
    let countMax = ROWS_AT_FIRST;
    for (let reached = from; reached < end;) {
      const rows = this.rowsAfter(reached, end, countMax);
      for (const row of rows) {
        if (row[0] <= reached) throw outOfOrder(this.file);
        reached = row[0];
        yield sealedOf(row);
      }
      if (rows.length === 0) return; // whoever reads sees by the indexes that some are missing
      countMax = Math.min(2 * rows.length, ROWS_PER_READ);
      await otherWork();
    }
  }

  /** The next rows; where one of them cannot be read, fewer, by halves: at last the very next alone. */
  private rowsAfter(reached: number, end: number, countMax: number): readonly Row[] {
    try {
      return guarded(this.file, () => this.sql.from.all(reached, end, countMax) as Row[]);
    } catch (error) {
      const isCorrupt = error instanceof RapportError && error.code === 'STORE_CORRUPT';
      if (!isCorrupt || countMax === 1) throw error;
      return this.rowsAfter(reached, end, Math.floor(countMax / 2));
    }
  }

  async nodes(nodes: readonly LogNode[]): Promise<readonly Uint8Array[]> {
    return guarded(this.file, () => this.tree.read(nodes));
  }

  async close(): Promise<void> {
    if (this.db.open) guarded(this.file, () => this.db.close());
  }
}

function prepare(db: Database) {
  const hash = 'substr(events.hashes, 1, 32)';
  const previous =
    'SELECT substr(before.hashes, 1, 32) FROM events AS before WHERE before.stream = events.stream AND before.revision = events.revision - 1';
  const columns = `SELECT events.position, streams.name, events.revision, hex(events.id), types.name, events.recorded_at, events.body, events.salt, ${hash}, (${previous})`;
  // An event whose stream or type is lost must show, not fall away.
  const names = 'LEFT JOIN streams ON streams.id = events.stream LEFT JOIN types ON types.id = events.type';
  const raw = (sql: string): Statement => db.prepare(sql).raw();
  return {
    last: db.prepare('SELECT max(position) FROM events').pluck(),
    at: raw(
      `${columns} FROM json_each(?) AS asked CROSS JOIN events ON events.position = asked.value ${names}`,
    ),
    from: raw(
      `${columns} FROM events ${names} WHERE events.position > ? AND events.position <= ? ORDER BY events.position LIMIT ?`,
    ),
  };
}

const sealedOf = (row: Row): SealedEvent => {
  const [position, stream, revision, id, type, recordedAtMs, body, salt, leafHash, previous] = row;
  return {
    leafIndex: position - 1,
    position: BigInt(position),
    id: idText(id),
    type: textOf(type),
    stream: textOf(stream),
    revision,
    body: textOf(body),
    recordedAtMs: Number(recordedAtMs),
    salt: bytesOf(salt),
    leafHash: bytesOf(leafHash),
    previous: previous === null ? null : bytesOf(previous),
  };
};

// A damaged row may hold anything in any place: what it cannot hold counts as nothing, and shows as an event that is not
// what was sealed.
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const bytesOf = (value: unknown): Uint8Array => (Buffer.isBuffer(value) ? value : NO_BYTES);
const NO_BYTES = new Uint8Array(0);

const outOfOrder = (file: string): RapportError =>
  new RapportError('STORE_CORRUPT', `The rows of ${file} are out of order.`);

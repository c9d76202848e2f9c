import type { EventToAppend } from '@rapport/ledger';
import type { Database, Statement } from 'better-sqlite3';
import { ID_BYTES, writeId } from './event-id.js';

/** Rows of one INSERT: fewer calls into the database for the same rows. */
const ROWS_PER_INSERT = 8;
const COLUMNS = 9;
const ID_COLUMN = 3;

/** Whoever fails rolls back: to undo a single statement SQLite would copy each page that it changes. */
const INSERT =
  'INSERT OR ROLLBACK INTO events (position, stream, revision, id, type, recorded_at, body, salt, hashes) VALUES ';
const ROW = '(?, ?, ?, ?, ?, ?, ?, ?, ?)';

/**
 * Writes rows of events a few at a time. What is bound stands in the same arrays and buffers again and again, and is given
 * one by one: the driver takes a third longer to bind the values of a list.
 */
export class EventRows {
  private readonly insertOne: Statement;
  private readonly insertMany: Statement;
  private readonly values: unknown[] = [];
  private readonly ids: Buffer[] = [];
  private count = 0;

  constructor(db: Database) {
    this.insertOne = db.prepare(INSERT + ROW);
    this.insertMany = db.prepare(INSERT + Array.from({ length: ROWS_PER_INSERT }, () => ROW).join(', '));
    for (let row = 0; row < ROWS_PER_INSERT; row++) {
      const id = Buffer.alloc(ID_BYTES);
      this.ids.push(id);
      for (let column = 0; column < COLUMNS; column++) this.values.push(column === ID_COLUMN ? id : null);
    }
  }

  /** Adds a row; it is in the table after the next {@link flush} at the latest. */
  add(
    position: number,
    stream: number,
    revision: number,
    type: number,
    event: EventToAppend,
    salt: Uint8Array,
    hashes: Uint8Array,
  ): void {
    const at = this.count * COLUMNS;
    const { values } = this;
    const id = this.ids[this.count];
    if (id !== undefined) writeId(event.id, id);
    values[at] = position;
    values[at + 1] = stream;
    values[at + 2] = revision;
    values[at + 4] = type;
    values[at + 5] = event.recordedAtMs;
    values[at + 6] = event.body;
    values[at + 7] = salt;
    values[at + 8] = hashes;
    if (++this.count < ROWS_PER_INSERT) return;
    this.insertMany.run(...values);
    this.count = 0;
  }

  flush(): void {
    for (let row = 0; row < this.count; row++) {
      this.insertOne.run(this.values.slice(row * COLUMNS, (row + 1) * COLUMNS));
    }
    this.count = 0;
  }

  /** Forgets rows that were added and not written: their transaction is rolled back. */
  clear(): void {
    this.count = 0;
  }
}

import { setImmediate as otherWork } from 'node:timers/promises';
import { RapportError } from '@rapport/kernel';
import type { SaltedEvent, SaltedEvents, SealerSource } from '@rapport/ledger';
import type { Database, Statement } from 'better-sqlite3';
import { guarded } from './errors.js';
import { openEvents } from './event-file.js';
import { idText } from './event-id.js';
import { ROWS_PER_READ } from './event-reader.js';
import { checkTenant } from './event-tenant.js';
import { EventWriter } from './event-writer.js';
import { TakeOver } from './take-over.js';

/** Which `ledger.db` is read; what is taken over into it is sealed by `sealer`, as it is written. */
export interface SqliteSaltedEventsOptions {
  readonly file: string;
  readonly tenant: string;
  /** None where nothing is taken over: the file is then opened for reading. */
  readonly sealer?: SealerSource;
}

/** The events of a file with their salts, through a connection of its own. */
export interface SqliteSaltedEvents extends SaltedEvents {
  close(): Promise<void>;
}

type Row = [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  recordedAtMs: number,
  body: string,
  salt: Buffer,
];

/**
 * The events of an embedded ledger with the salts of their leaves: what a ledger is moved by, in either direction.
 * @throws RapportError `DATA_NOT_FOUND`, `STORE_FOREIGN`, `STORE_CORRUPT`
 * @example
 * const from = sqliteSaltedEvents({ file: './data/main/ledger.db', tenant: 'main' });
 * for await (const event of from.readSalted({ after: 0n })) …
 */
export function sqliteSaltedEvents(options: SqliteSaltedEventsOptions): SqliteSaltedEvents {
  const { file, tenant, sealer } = options;
  const db = openEvents(file, sealer === undefined);
  try {
    checkTenant(db, file, tenant, sealer === undefined);
    const writer = sealer === undefined ? undefined : new EventWriter(db, file, Infinity, sealer.of(tenant));
    return new SaltedRows(db, file, writer);
  } catch (error) {
    db.close();
    throw error;
  }
}

class SaltedRows implements SqliteSaltedEvents {
  private readonly sql: ReturnType<typeof prepare>;

  constructor(
    private readonly db: Database,
    private readonly file: string,
    private readonly writer: EventWriter | undefined,
  ) {
    this.sql = guarded(file, () => prepare(db));
  }

  async *readSalted({
    after,
    countMax = Infinity,
  }: {
    readonly after: bigint;
    readonly countMax?: number;
  }): AsyncGenerator<SaltedEvent> {
    const until = guarded(this.file, () => (this.sql.last.get() as number | null) ?? 0);
    let reached = Number(after);
    for (let left = countMax; left > 0 && reached < until;) {
      const count = Math.min(left, ROWS_PER_READ);
      const rows = guarded(this.file, () => this.sql.after.all(reached, until, count) as Row[]);
      for (const row of rows) yield eventOf(row);
      const last = rows.at(-1);
      if (last === undefined) return;
      left -= rows.length;
      reached = last[0];
      await otherWork();
    }
  }

  async saltedAt(positions: readonly bigint[]): Promise<readonly SaltedEvent[]> {
    const events: SaltedEvent[] = [];
    for (let at = 0; at < positions.length; at += ROWS_PER_READ) {
      if (at > 0) await otherWork();
      const asked = positions.slice(at, at + ROWS_PER_READ);
      const rows = guarded(this.file, () => this.sql.at.all(`[${asked.join(',')}]`) as Row[]);
      const found = new Map(rows.map((row) => [BigInt(row[0]), row]));
      for (const position of asked) {
        const row = found.get(position);
        if (row !== undefined) events.push(eventOf(row));
      }
    }
    return events;
  }

  async takeOver(events: readonly SaltedEvent[]): Promise<void> {
    if (this.writer === undefined)
      throw new RapportError(
        'STORE_READ_ONLY',
        `The ledger ${this.file} is open for reading: nothing is taken over into it.`,
      );
    await new TakeOver(this.db, this.file, this.writer).write(events);
  }

  async close(): Promise<void> {
    if (this.db.open) guarded(this.file, () => this.db.close());
  }
}

function prepare(db: Database) {
  const columns =
    'SELECT position, streams.name, revision, hex(events.id), types.name, recorded_at, body, salt';
  const names = 'CROSS JOIN streams ON streams.id = events.stream CROSS JOIN types ON types.id = events.type';
  const raw = (sql: string): Statement => db.prepare(sql).raw();
  return {
    last: db.prepare('SELECT max(position) FROM events').pluck(),
    after: raw(
      `${columns} FROM events ${names} WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`,
    ),
    at: raw(
      `${columns} FROM json_each(?) AS asked CROSS JOIN events ON events.position = asked.value ${names}`,
    ),
  };
}

const eventOf = ([position, stream, revision, id, type, recordedAtMs, body, salt]: Row): SaltedEvent => ({
  position: BigInt(position),
  stream,
  revision,
  id: idText(id),
  type,
  recordedAtMs,
  body,
  salt,
});

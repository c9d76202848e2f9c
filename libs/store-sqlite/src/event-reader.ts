import { RapportError } from '@rapport/kernel';
import type { Head, StoredEvent } from '@rapport/ledger';
import type { Database, Statement } from 'better-sqlite3';
import { BoundedCache } from './bounded-cache.js';
import { guarded, prepared } from './errors.js';
import { idText } from './event-id.js';

/** Rows read at once: no read stays open between two of these. */
export const ROWS_PER_READ = 1_000;
/** Positions looked through at once where only some types are wanted. */
const POSITIONS_PER_READ = 20_000;

type Row = [
  position: number,
  stream: number,
  revision: number,
  id: string,
  type: number,
  recordedAtMs: number,
  body: string,
];

/** A piece of the ledger. */
export interface Chunk {
  readonly events: readonly StoredEvent[];
  /** Everything up to here has been looked at. */
  readonly reached: number;
}

/** Names of streams that are kept at hand, some 100 bytes each. */
const STREAMS_CACHED_MAX = 16_384;

/**
 * Reads pieces of the ledger. Every call is a few short reads of its own: rows hold numbers of streams and types, and their
 * names, which never change, are looked up once for many.
 */
export class EventReader {
  private readonly sql: ReturnType<typeof prepare>;
  private readonly types = new Map<number, string>();
  private readonly streams = new BoundedCache<number, string>(STREAMS_CACHED_MAX);

  constructor(
    db: Database,
    private readonly file: string,
  ) {
    this.sql = prepared(file, () => prepare(db));
  }

  head(): Head {
    return guarded(this.file, () => {
      const [position, recordedAtMs] = (this.sql.head.get() as [number, number] | undefined) ?? [0, 0];
      // Positions of this store are given out without gaps, so the last one is also the count.
      return { position: BigInt(position), count: position, recordedAtMs };
    });
  }

  /** Changes whenever another connection, of this process or another, has committed. */
  dataVersion(): number {
    return guarded(this.file, () => this.sql.dataVersion.get() as number);
  }

  /** The next events after a position and up to another. */
  all(after: number, until: number, countMax: number, types: readonly string[] | undefined): Chunk {
    const limit = Math.min(countMax, ROWS_PER_READ);
    return guarded(this.file, () => {
      const end = types === undefined ? until : Math.min(until, after + POSITIONS_PER_READ);
      const rows = (
        types === undefined
          ? this.sql.all.all(after, end, limit)
          : this.sql.allOfTypes.all(after, end, JSON.stringify(types), limit)
      ) as Row[];
      const last = rows.at(-1);
      const reached = rows.length === limit && last !== undefined ? last[0] : end;
      return { events: this.eventsOf(rows), reached };
    });
  }

  /** The number and last revision of a stream; undefined when it does not exist. */
  stream(name: string): { readonly id: number; readonly revision: number } | undefined {
    return guarded(this.file, () => {
      const found = this.sql.stream.get(name) as [number, number] | undefined;
      return found === undefined ? undefined : { id: found[0], revision: found[1] };
    });
  }

  forwards(stream: number, from: number, until: number, countMax: number): readonly StoredEvent[] {
    return guarded(this.file, () =>
      this.eventsOf(this.sql.forwards.all(stream, from, until, Math.min(countMax, ROWS_PER_READ)) as Row[]),
    );
  }

  backwards(stream: number, from: number, countMax: number): readonly StoredEvent[] {
    return guarded(this.file, () =>
      this.eventsOf(this.sql.backwards.all(stream, from, Math.min(countMax, ROWS_PER_READ)) as Row[]),
    );
  }

  /** Events at positions, in the order given; a position that holds none is left out. */
  at(positions: readonly bigint[]): readonly StoredEvent[] {
    return guarded(this.file, () => {
      const events = this.eventsOf(this.sql.at.all(`[${positions.join(',')}]`) as Row[]);
      if (events.every(({ position }, index) => position === positions[index])) return events;
      const found = new Map(events.map((event) => [event.position, event]));
      return positions.flatMap((position) => found.get(position) ?? []);
    });
  }

  /**
   * The last position before the recorded times pass an instant, by halving: some twenty looks, no index. Whoever appends
   * sees to it that recorded times do not go back; where they did, this is one of the places where they pass the instant.
   */
  positionAt(recordedAtMs: number): bigint {
    return guarded(this.file, () => {
      let before = 0;
      let after = Number(this.head().position) + 1;
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2);
        if ((this.sql.recordedAt.get(middle) as number) <= recordedAtMs) before = middle;
        else after = middle;
      }
      return BigInt(before);
    });
  }

  private eventsOf(rows: readonly Row[]): readonly StoredEvent[] {
    const streams = this.streamsOf(rows);
    return rows.map(([position, stream, revision, id, type, recordedAtMs, body]) => ({
      id: idText(id),
      type: this.types.get(type) ?? this.typeOf(type),
      body,
      recordedAtMs,
      stream: streams.get(stream) ?? this.missing('stream', stream),
      revision,
      position: BigInt(position),
    }));
  }

  private typeOf(id: number): string {
    const name = (this.sql.type.get(id) as string | undefined) ?? this.missing('type', id);
    this.types.set(id, name);
    return name;
  }

  private missing(what: string, id: number): never {
    throw new RapportError(
      'STORE_CORRUPT',
      `The ledger ${this.file} misses the name of ${what} ${id}: run \`rapport verify --store\`, and restore a backup.`,
    );
  }

  /** The names of the streams of rows, by their numbers. */
  private streamsOf(rows: readonly Row[]): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    const unknown = new Set<number>();
    for (const [, stream] of rows) {
      if (names.has(stream)) continue;
      const name = this.streams.get(stream);
      if (name === undefined) unknown.add(stream);
      else names.set(stream, name);
    }
    if (unknown.size === 0) return names;
    for (const [id, name] of this.sql.streams.all(`[${[...unknown].join(',')}]`) as [number, string][]) {
      names.set(id, name);
      this.streams.set(id, name);
    }
    return names;
  }
}

function prepare(db: Database) {
  const columns = 'SELECT position, stream, revision, hex(events.id), events.type, recorded_at, body';
  const select = `${columns} FROM events`;
  const asked = 'json_each(?) AS asked CROSS JOIN';
  const raw = (sql: string): Statement => db.prepare(sql).raw();
  return {
    head: raw('SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1'),
    dataVersion: db.prepare('PRAGMA data_version').pluck(),
    all: raw(`${select} WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`),
    allOfTypes: raw(
      `${select} WHERE position > ? AND position <= ? AND events.type IN (SELECT id FROM types WHERE name IN (SELECT value FROM json_each(?))) ORDER BY position LIMIT ?`,
    ),
    stream: raw(
      'SELECT id, (SELECT max(revision) FROM events WHERE stream = streams.id) FROM streams WHERE name = ?',
    ),
    forwards: raw(`${select} WHERE stream = ? AND revision >= ? AND revision <= ? ORDER BY revision LIMIT ?`),
    backwards: raw(`${select} WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?`),
    // Rows are looked up in one call: a call for each costs twice as much.
    at: raw(`${columns} FROM ${asked} events ON events.position = asked.value`),
    streams: raw(`SELECT streams.id, name FROM ${asked} streams ON streams.id = asked.value`),
    type: db.prepare('SELECT name FROM types WHERE id = ?').pluck(),
    recordedAt: db.prepare('SELECT recorded_at FROM events WHERE position = ?').pluck(),
  };
}

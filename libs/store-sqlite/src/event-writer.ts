import { RapportError } from '@rapport/kernel';
import type { Appended } from '@rapport/ledger';
import type { Database, Statement } from 'better-sqlite3';
import { BoundedCache } from './bounded-cache.js';
import { storeError } from './errors.js';
import { idText } from './event-id.js';
import { EventRows } from './event-rows.js';
import type { Outcome, QueuedAppend } from './group-commit.js';

/** A transaction ends after so many events or so much time, so that reads and requests have their turn. */
const GROUP_EVENTS_MAX = 4_096;
const GROUP_MS_MAX = 12;
const STREAMS_CACHED_MAX = 100_000;
const TYPES_CACHED_MAX = 10_000;

interface StreamHead {
  readonly id: number;
  revision: number;
}

/** Writes groups of appends, each group in one transaction. Knows the last revisions of streams in use. */
export class EventWriter {
  private readonly heads = new BoundedCache<string, StreamHead>(STREAMS_CACHED_MAX);
  private readonly types = new BoundedCache<string, number>(TYPES_CACHED_MAX);
  private readonly sql: ReturnType<typeof prepare>;
  private readonly rows: EventRows;
  private last = 0;
  private dataVersion = -1;

  constructor(
    private readonly db: Database,
    private readonly file: string,
  ) {
    this.sql = prepare(db);
    this.rows = new EventRows(db);
  }

  /** Commits as many of the queue as one transaction may hold. @throws RapportError when none of it was written */
  commit(queue: readonly QueuedAppend[]): readonly Outcome[] {
    try {
      this.sql.begin.run();
      this.noticeOthers();
      const outcomes = this.write(queue);
      this.rows.flush();
      this.sql.commit.run();
      return outcomes;
    } catch (error) {
      this.forget();
      if (this.db.inTransaction) this.sql.rollback.run();
      throw storeError(error, this.file);
    }
  }

  private write(queue: readonly QueuedAppend[]): Outcome[] {
    const outcomes: Outcome[] = [];
    const startedAt = performance.now();
    let events = 0;
    for (const append of queue) {
      outcomes.push(this.append(append));
      events += append.events.length;
      if (events >= GROUP_EVENTS_MAX || performance.now() - startedAt > GROUP_MS_MAX) break;
    }
    return outcomes;
  }

  private append(append: QueuedAppend): Outcome {
    const { stream, expected } = append;
    const head = this.headOf(stream);
    const current = head?.revision ?? -1;
    if (expected === current) return { appended: this.insert(append, head ?? this.addStream(stream)) };
    const first = expected < current && head !== undefined ? this.firstOutcome(head.id, append) : undefined;
    return first === undefined ? { error: wrongRevision(stream, expected, current) } : { appended: first };
  }

  private insert({ events }: QueuedAppend, head: StreamHead): Appended {
    const positions: bigint[] = [];
    for (const event of events) {
      this.last++;
      head.revision++;
      this.rows.add(this.last, head.id, head.revision, this.typeOf(event.type), event);
      positions.push(BigInt(this.last));
    }
    return { revision: head.revision, position: BigInt(this.last), positions, status: 'appended' };
  }

  /** What was answered when these very ids were first appended at this revision; undefined when others stand there. */
  private firstOutcome(stream: number, { expected, events }: QueuedAppend): Appended | undefined {
    this.rows.flush(); // they may have been appended a moment ago, in this very group
    const stored = this.sql.idsAfter.all(stream, expected, events.length) as [position: number, id: string][];
    if (stored.length !== events.length) return undefined;
    if (!stored.every(([, id], index) => idText(id) === events[index]?.id)) return undefined;
    const positions = stored.map(([position]) => BigInt(position));
    return {
      revision: expected + events.length,
      position: positions.at(-1) ?? 0n,
      positions,
      status: 'duplicate',
    };
  }

  private headOf(stream: string): StreamHead | undefined {
    const cached = this.heads.get(stream);
    if (cached !== undefined) return cached;
    const found = this.sql.head.get(stream) as [id: number, revision: number] | undefined;
    if (found === undefined) return undefined;
    const head = { id: found[0], revision: found[1] };
    this.heads.set(stream, head);
    return head;
  }

  private addStream(stream: string): StreamHead {
    const head = { id: Number(this.sql.addStream.run(stream).lastInsertRowid), revision: -1 };
    this.heads.set(stream, head);
    return head;
  }

  private typeOf(type: string): number {
    const cached = this.types.get(type);
    if (cached !== undefined) return cached;
    const id =
      (this.sql.type.get(type) as number | undefined) ?? Number(this.sql.addType.run(type).lastInsertRowid);
    this.types.set(type, id);
    return id;
  }

  /** Another process may have written since: what we remember of streams and positions is then looked up again. */
  private noticeOthers(): void {
    const dataVersion = this.sql.dataVersion.get() as number;
    if (dataVersion === this.dataVersion) return;
    this.forget();
    this.dataVersion = dataVersion;
    this.last = (this.sql.last.get() as number | null) ?? 0;
  }

  private forget(): void {
    this.heads.clear();
    this.types.clear();
    this.rows.clear();
    this.dataVersion = -1;
  }
}

function prepare(db: Database) {
  const plucked = (sql: string): Statement => db.prepare(sql).pluck();
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    dataVersion: plucked('PRAGMA data_version'),
    last: plucked('SELECT max(position) FROM events'),
    head: db
      .prepare(
        'SELECT id, (SELECT max(revision) FROM events WHERE stream = streams.id) FROM streams WHERE name = ?',
      )
      .raw(),
    addStream: db.prepare('INSERT INTO streams (name) VALUES (?)'),
    type: plucked('SELECT id FROM types WHERE name = ?'),
    addType: db.prepare('INSERT INTO types (name) VALUES (?)'),
    idsAfter: db
      .prepare(
        'SELECT position, hex(id) FROM events WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?',
      )
      .raw(),
  };
}

const said = (revision: number): number | 'none' => (revision < 0 ? 'none' : revision);

function wrongRevision(stream: string, expected: number, current: number): RapportError {
  const message =
    current < 0
      ? `Expected revision ${expected} of ${stream}, but there is no such stream: read it again and retry.`
      : `Expected ${expected < 0 ? 'no stream' : `revision ${expected} of`} ${stream}, found ${current}: read it again and retry.`;
  return new RapportError('WRONG_EXPECTED_REVISION', message, {
    facts: { expected: said(expected), actual: said(current) },
  });
}

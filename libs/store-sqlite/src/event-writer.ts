import type { Sealer, Sealing } from '@rapport/ledger';
import type { Database, Statement } from 'better-sqlite3';
import { BoundedCache } from './bounded-cache.js';
import { storeError } from './errors.js';
import { DUPLICATE, WRONG_REVISION, type Answers } from './event-answers.js';
import { idText } from './event-id.js';
import { EventRows } from './event-rows.js';
import type { Append, AppendWriter } from './group-commit.js';
import { HASH_BYTES, LogNodes } from './log-nodes.js';
import { Salts } from './salts.js';

const STREAMS_CACHED_MAX = 100_000;
const TYPES_CACHED_MAX = 10_000;

interface StreamHead {
  readonly id: number;
  revision: number;
  /** The hash of the stream's last leaf; null before the first one. */
  leafHash: Uint8Array | null;
}

/**
 * Writes groups of appends, each group in one transaction, in the thread that calls it. Knows the last revisions of
 * streams in use.
 */
export class EventWriter implements AppendWriter {
  private readonly heads = new BoundedCache<string, StreamHead>(STREAMS_CACHED_MAX);
  private readonly types = new BoundedCache<string, number>(TYPES_CACHED_MAX);
  private readonly sql: ReturnType<typeof prepare>;
  private readonly rows: EventRows;
  private readonly nodes: LogNodes;
  private readonly salts = new Salts();
  private sealing: Sealing | undefined;
  private answers: number[] = [];
  private last = 0;
  private dataVersion = -1;

  /** @param groupMsMax a transaction takes no more appends after this time: a thread with other work wants it short */
  constructor(
    private readonly db: Database,
    private readonly file: string,
    private readonly groupMsMax: number,
    private readonly sealer: Sealer,
  ) {
    this.sql = prepare(db);
    this.rows = new EventRows(db);
    this.nodes = new LogNodes(db);
  }

  /** @throws RapportError when none of them was written */
  commit(appends: readonly Append[]): Answers {
    this.answers = [];
    try {
      this.sql.begin.run();
      this.noticeOthers();
      this.write(appends);
      this.rows.flush();
      this.sql.commit.run();
      return this.answers;
    } catch (error) {
      this.forget();
      if (this.db.inTransaction) this.sql.rollback.run();
      throw storeError(error, this.file);
    }
  }

  async close(): Promise<void> {
    this.db.close();
  }

  private write(appends: readonly Append[]): void {
    const isTimed = Number.isFinite(this.groupMsMax);
    const startedAt = performance.now();
    for (const append of appends) {
      this.append(append);
      if (isTimed && performance.now() - startedAt > this.groupMsMax) break;
    }
  }

  private append(append: Append): void {
    const { stream, expected } = append;
    const head = this.headOf(stream);
    const current = head?.revision ?? -1;
    if (expected === current) return this.insert(append, head ?? this.addStream(stream));
    const first = expected < current && head !== undefined ? this.firstOutcome(head.id, append) : undefined;
    if (first === undefined) this.answers.push(WRONG_REVISION, current);
    else this.answers.push(DUPLICATE, ...first);
  }

  /** Events and their leaves are written together: none is ever durable without its place in the log. */
  private insert({ stream, events }: Append, head: StreamHead): void {
    const sealing = (this.sealing ??= this.resumed());
    for (const event of events) {
      const { id, type, body, recordedAtMs } = event;
      this.last++;
      const revision = ++head.revision;
      const salt = event.salt ?? this.salts.next();
      const hashes = sealing.seal({ id, type, body, recordedAtMs, stream, revision }, salt, head.leafHash);
      head.leafHash = firstOf(hashes, head.leafHash);
      this.rows.add(this.last, head.id, revision, this.typeOf(type), event, salt, hashes);
    }
    this.answers.push(this.last);
  }

  /** The log where the ledger ends: every event has a leaf, so `last` is also its size. */
  private resumed(): Sealing {
    return this.sealer.resume(this.last, this.nodes.read(this.sealer.edgeOf(this.last)));
  }

  /** Where these very ids were first appended at this revision; undefined when others stand there. */
  private firstOutcome(stream: number, { expected, events }: Append): readonly number[] | undefined {
    this.rows.flush(); // they may have been appended a moment ago, in this very group
    const stored = this.sql.idsAfter.all(stream, expected, events.length) as [position: number, id: string][];
    if (stored.length !== events.length) return undefined;
    if (!stored.every(([, id], index) => idText(id) === events[index]?.id)) return undefined;
    return stored.map(([position]) => position);
  }

  private headOf(stream: string): StreamHead | undefined {
    const cached = this.heads.get(stream);
    if (cached !== undefined) return cached;
    const found = this.sql.head.get(stream) as [id: number, revision: number, leafHash: Buffer] | undefined;
    if (found === undefined) return undefined;
    const [id, revision, leafHash] = found;
    const head: StreamHead = { id, revision, leafHash };
    this.heads.set(stream, head);
    return head;
  }

  private addStream(stream: string): StreamHead {
    const head: StreamHead = {
      id: Number(this.sql.addStream.run(stream).lastInsertRowid),
      revision: -1,
      leafHash: null,
    };
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
    this.sealing = undefined;
    this.dataVersion = -1;
  }
}

/** The first hash, copied into the place of one that is not needed any more: what is kept must not hold on to more. */
function firstOf(hashes: Uint8Array, place: Uint8Array | null): Uint8Array {
  const first = place ?? new Uint8Array(HASH_BYTES);
  for (let at = 0; at < HASH_BYTES; at++) first[at] = hashes[at] as number;
  return first;
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
        'SELECT streams.id, revision, substr(hashes, 1, 32) FROM streams JOIN events ON stream = streams.id WHERE name = ? ORDER BY revision DESC LIMIT 1',
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

import { RapportError } from '@rapport/kernel';
import type {
  Appended,
  EventStore,
  EventToAppend,
  ExpectedRevision,
  Head,
  ReadAllOptions,
  ReadStreamOptions,
  StoredEvent,
  StreamRead,
} from '@rapport/ledger';
import type { Database } from 'better-sqlite3';
import { openDatabase } from './database.js';
import { guarded } from './errors.js';
import { checkAppend } from './event-limits.js';
import { EventReader, ROWS_PER_READ } from './event-reader.js';
import { EVENT_FORMAT } from './event-schema.js';
import { EventWriter } from './event-writer.js';
import { GroupCommit } from './group-commit.js';
import { News } from './news.js';

export interface SqliteEventStoreOptions {
  /** Path of `ledger.db`; made when it is missing, its folder must exist. */
  readonly file: string;
  /** Reads only, also beside another process that writes. */
  readonly readOnly?: boolean;
  /** Whose ledger it is: stands in the file, and another tenant's file is refused. */
  readonly tenant: string;
}

const CACHE_KIBIBYTES = 32 * 1_024;
const WAL_PAGES_MAX = 4_000;

/**
 * The events of one tenant in an SQLite file. Appends are durable when they resolve (WAL, synchronous=FULL), and those
 * under way at the same time share one flush of the disk.
 * @throws RapportError `STORE_FOREIGN`, `STORE_CORRUPT`, `STORE_READ_ONLY`, `DATA_NOT_FOUND`
 * @example
 * const store = sqliteEventStore({ file: './data/main/ledger.db', tenant: 'main' });
 * const { position } = await store.append('relationship/42', 'none', [event]);
 * await store.close();
 */
export function sqliteEventStore(options: SqliteEventStoreOptions): EventStore {
  const { file, readOnly = false, tenant } = options;
  const db = openDatabase(EVENT_FORMAT, {
    file,
    readOnly,
    synchronous: 'FULL',
    cacheKibibytes: CACHE_KIBIBYTES,
    walPagesMax: WAL_PAGES_MAX,
  });
  try {
    checkTenant(db, file, tenant, readOnly);
    return new SqliteEventStore(db, file, readOnly);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Event ids depend on the tenant: under another name, repeats would not be recognised. */
function checkTenant(db: Database, file: string, tenant: string, readOnly: boolean): void {
  guarded(file, () => {
    const select = db.prepare('SELECT tenant FROM ledger').pluck();
    if (!readOnly)
      db.prepare('INSERT INTO ledger (tenant) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM ledger)').run(tenant);
    const owner = select.get() as string | undefined;
    if (owner !== undefined && owner !== tenant) {
      throw new RapportError(
        'STORE_FOREIGN',
        `The ledger at ${file} belongs to the tenant ${owner}, not to ${tenant}: move it back to the folder of ${owner}.`,
      );
    }
  });
}

/** Made by {@link sqliteEventStore}. */
export class SqliteEventStore implements EventStore {
  private readonly reader: EventReader;
  private readonly group: GroupCommit;
  private readonly news: News;
  private closed = false;

  constructor(
    private readonly db: Database,
    private readonly file: string,
    private readonly readOnly: boolean,
  ) {
    this.reader = new EventReader(db, file);
    const writer = new EventWriter(db, file);
    this.group = new GroupCommit((queue) => {
      const outcomes = writer.commit(queue);
      this.news.tell();
      return outcomes;
    });
    this.news = new News(() => this.reader.dataVersion());
  }

  async append(
    stream: string,
    expectedRevision: ExpectedRevision,
    events: readonly EventToAppend[],
  ): Promise<Appended> {
    if (this.readOnly)
      throw new RapportError(
        'STORE_READ_ONLY',
        `The ledger ${this.file} is open for reading: append through the process that holds it.`,
      );
    if (this.closed) throw closedError(this.file);
    checkAppend(stream, expectedRevision, events);
    const expected = expectedRevision === 'none' ? -1 : expectedRevision;
    return new Promise((resolve, reject) => this.group.add({ stream, expected, events, resolve, reject }));
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<StreamRead> {
    const found = this.reader.stream(stream);
    if (found === undefined) return { exists: false, events: none() };
    return {
      exists: true,
      events:
        options.direction === 'backwards' ? this.backwards(found, options) : this.forwards(found, options),
    };
  }

  async *readAll({
    after = 0n,
    countMax = Infinity,
    types,
  }: ReadAllOptions = {}): AsyncGenerator<StoredEvent> {
    const until = Number(this.reader.head().position);
    let reached = Number(after);
    let left = countMax;
    while (reached < until && left > 0) {
      const chunk = this.reader.all(reached, until, left, types);
      yield* chunk.events;
      left -= chunk.events.length;
      reached = chunk.reached;
      if (reached < until && left > 0) await otherWork();
    }
  }

  async readAt(positions: readonly bigint[]): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (let at = 0; at < positions.length; at += ROWS_PER_READ) {
      if (at > 0) await otherWork();
      events.push(...this.reader.at(positions.slice(at, at + ROWS_PER_READ)));
    }
    return events;
  }

  async *subscribe(
    { after = 0n, countMax = Infinity, types }: ReadAllOptions,
    signal: AbortSignal,
  ): AsyncGenerator<StoredEvent> {
    let reached = Number(after);
    let left = countMax;
    while (!signal.aborted && left > 0) {
      if (this.closed) throw closedError(this.file);
      const until = Number(this.reader.head().position);
      if (reached >= until) {
        await this.news.next(signal);
        continue;
      }
      const chunk = this.reader.all(reached, until, left, types);
      for (const event of chunk.events) {
        if (signal.aborted) return;
        yield event;
      }
      left -= chunk.events.length;
      reached = chunk.reached;
      await otherWork();
    }
  }

  async head(): Promise<Head> {
    return this.reader.head();
  }

  async positionAt(recordedAtMs: number): Promise<bigint> {
    return this.reader.positionAt(recordedAtMs);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.group.drained();
    this.news.fail(closedError(this.file));
    guarded(this.file, () => this.db.close());
  }

  private async *forwards(
    { id, revision }: { id: number; revision: number },
    { from = 0, countMax = Infinity }: ReadStreamOptions,
  ): AsyncGenerator<StoredEvent> {
    let next = from;
    let left = countMax;
    while (next <= revision && left > 0) {
      const events = this.reader.forwards(id, next, revision, left);
      yield* events;
      left -= events.length;
      next = (events.at(-1)?.revision ?? revision) + 1;
      if (next <= revision && left > 0) await otherWork();
    }
  }

  private async *backwards(
    { id, revision }: { id: number; revision: number },
    { from = revision, countMax = Infinity }: ReadStreamOptions,
  ): AsyncGenerator<StoredEvent> {
    let next = Math.min(from, revision);
    let left = countMax;
    while (next >= 0 && left > 0) {
      const events = this.reader.backwards(id, next, left);
      yield* events;
      left -= events.length;
      next = (events.at(-1)?.revision ?? 0) - 1;
      if (next >= 0 && left > 0) await otherWork();
    }
  }
}

const closedError = (file: string): RapportError =>
  new RapportError('STORE_UNAVAILABLE', `The ledger ${file} is closed: open it again.`);

/** Between two pieces of a long read, requests and timers have their turn. */
const otherWork = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function* none(): AsyncGenerator<StoredEvent> {}

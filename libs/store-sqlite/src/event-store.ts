import { setImmediate as otherWork } from 'node:timers/promises';
import { RapportError } from '@rapport/kernel';
import type {
  Appended,
  AppendOutcome,
  EventStore,
  EventToAppend,
  ExpectedRevision,
  Head,
  ReadAllOptions,
  ReadStreamOptions,
  SealerSource,
  StoredEvent,
  StreamAppend,
  StreamRead,
} from '@rapport/ledger';
import { checkAppend } from '@rapport/ledger/ports';
import type { Database } from 'better-sqlite3';
import { guarded, prepared } from './errors.js';
import { openEvents } from './event-file.js';
import { EventReader, ROWS_PER_READ } from './event-reader.js';
import { checkTenant } from './event-tenant.js';
import { writerThread } from './event-writer-thread.js';
import { EventWriter } from './event-writer.js';
import { AppendCall, GroupCommit, type AppendWriter } from './group-commit.js';
import { News } from './news.js';

interface EventFileOptions {
  /** Path of `ledger.db`; made when it is missing, its folder must exist. */
  readonly file: string;
  /** Whose ledger it is: stands in the file, and another tenant's file is refused. */
  readonly tenant: string;
}

interface WritingOptions {
  /** Reads only, also beside another process that writes. */
  readonly readOnly?: boolean;
  /** Gives events their leaves. */
  readonly sealer: SealerSource;
  /**
   * Who commits: this thread (`inline`, unless said otherwise: nothing to start, for short-lived processes), or a thread
   * of its own, which leaves this one free while the disk is flushed (`thread`, for servers).
   */
  readonly writer?: 'inline' | 'thread';
  /** Is told when the writer's thread has ended by itself: from then on every append is refused. */
  readonly onWriterLost?: (error: unknown) => void;
}

export type SqliteEventStoreOptions = EventFileOptions & ({ readonly readOnly: true } | WritingOptions);

/** A commit in the thread of the server ends after so much time, so that reads and requests have their turn. */
const INLINE_GROUP_MS_MAX = 12;

/**
 * The events of one tenant in an SQLite file. Appends are durable when they resolve (WAL, synchronous=FULL), and those
 * under way at the same time share one flush of the disk.
 * @throws RapportError `STORE_FOREIGN`, `STORE_CORRUPT`, `STORE_READ_ONLY`, `DATA_NOT_FOUND`
 * @example
 * const store = sqliteEventStore({ file: './data/main/ledger.db', tenant: 'main', sealer: eventSealer });
 * const { position } = await store.append('relationship/42', 'none', [event]);
 * await store.close();
 */
export function sqliteEventStore(options: SqliteEventStoreOptions): EventStore {
  const { file, tenant } = options;
  const readOnly = options.readOnly === true;
  const db = openEvents(file, readOnly);
  try {
    checkTenant(db, file, tenant, readOnly);
    return prepared(file, () => {
      const writer = readOnly || !('sealer' in options) ? undefined : writerOf(db, options);
      return new SqliteEventStore(db, file, writer);
    });
  } catch (error) {
    db.close();
    throw error;
  }
}

function writerOf(db: Database, options: EventFileOptions & WritingOptions): AppendWriter {
  const { file, tenant, sealer, writer, onWriterLost } = options;
  if (writer !== 'thread') return new EventWriter(db, file, INLINE_GROUP_MS_MAX, sealer.of(tenant));
  db.pragma('query_only = ON'); // one connection writes, that of the thread
  return writerThread({ file, tenant, sealer: { module: sealer.module, name: sealer.name } }, onWriterLost);
}

/** Made by {@link sqliteEventStore}. */
export class SqliteEventStore implements EventStore {
  private readonly reader: EventReader;
  private readonly group: GroupCommit | undefined;
  private readonly news: News;
  private closed = false;

  /**
   * @param db what reads go through; closed with the store
   * @param writer what appends go through; none when the store is open for reading
   */
  constructor(
    private readonly db: Database,
    private readonly file: string,
    private readonly writer: AppendWriter | undefined,
  ) {
    this.reader = new EventReader(db, file);
    this.news = new News(() => this.reader.dataVersion());
    if (writer !== undefined) this.group = new GroupCommit(writer, () => this.news.tell());
  }

  async append(
    stream: string,
    expectedRevision: ExpectedRevision,
    events: readonly EventToAppend[],
  ): Promise<Appended> {
    const outcomes = await this.appendEach([{ stream, expectedRevision, events }]);
    const outcome = outcomes[0] as AppendOutcome;
    if ('error' in outcome) throw outcome.error;
    return outcome;
  }

  async appendEach(appends: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    const group = this.openGroup();
    const call = new AppendCall(appends.length);
    for (let place = 0; place < appends.length; place++) {
      const { stream, expectedRevision, events } = appends[place] as StreamAppend;
      try {
        checkAppend(stream, expectedRevision, events);
        const expected = expectedRevision === 'none' ? -1 : expectedRevision;
        group.add({ stream, expected, events, call, place });
      } catch (error) {
        call.answer(place, { error });
      }
    }
    return call.answered;
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
    await this.group?.drained();
    await this.writer?.close();
    this.news.fail(closedError(this.file));
    guarded(this.file, () => this.db.close());
  }

  private openGroup(): GroupCommit {
    if (this.group === undefined)
      throw new RapportError(
        'STORE_READ_ONLY',
        `The ledger ${this.file} is open for reading: append through the process that holds it.`,
      );
    if (this.closed) throw closedError(this.file);
    return this.group;
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

async function* none(): AsyncGenerator<StoredEvent> {}

import { RapportError } from '@rapport/kernel';
import type {
  Appended,
  AppendOutcome,
  EventStore,
  EventToAppend,
  ExpectedRevision,
  Head,
  LedgerMarks,
  ReadAllOptions,
  ReadStreamOptions,
  SaltedEvent,
  SaltedEvents,
  StoredEvent,
  StreamAppend,
  StreamRead,
} from '@rapport/ledger';
import { checkAppend } from '@rapport/ledger/ports';
import { AppendChannel } from './append-channel.js';
import { Appender } from './appender.js';
import { connectionTo, type Connection } from './connection.js';
import { LedgerEnd } from './ledger-end.js';
import { eventsAt } from './read-at.js';
import { otherLedger, Reader } from './reader.js';
import { idOf, proposedEvents, saltedEvent, storedEvent, type EventToSalt } from './stored-event.js';
import { prefixOf, streamNameOf } from './stream-names.js';
import { heldOf, runsOf, sameEvents } from './take-over.js';
import type { ServerEvent } from './wire/read-answer.js';

/** How to reach the events of a tenant. */
export interface EventStoreDbOptions {
  /** `esdb://…`, with credentials and TLS in it. */
  readonly url: string;
  /** Whose events: what the names of the streams begin with. */
  readonly tenant: string;
  /** Places of the ledger that were counted, with which the server is also compared; without, events are counted from the first. */
  readonly marks?: LedgerMarks;
  /**
   * Where the log ended when the tenant was new (`eventStoreDbEnd`); 0n unless given. What others wrote
   * before is then never searched for events of this tenant.
   */
  readonly beganAt?: bigint;
  /** An append without an answer is sent again after so long; 5 s unless given. */
  readonly attemptTimeoutMs?: number;
  /** After so long the caller is told that the outcome is unknown, or that nothing could be read; 20 s unless given. */
  readonly giveUpAfterMs?: number;
}

const ATTEMPT_TIMEOUT_MS = 5_000;
const GIVE_UP_AFTER_MS = 20_000;
/** Streams are read in pages: most are one page. */
const PAGE_EVENTS_MAX = 1_000;

/**
 * The events of one tenant in EventStoreDB, version 21.10 or newer. Stores of one process share a connection for each
 * address. Nothing connects before the first call.
 * @throws RapportError `INVALID_CONFIGURATION`
 * @example
 * const store = eventStoreDbStore({ url: 'esdb://127.0.0.1:2113?tls=false', tenant: 'main' });
 * const { position } = await store.append('relationship/42', 'none', [event]);
 * await store.close();
 */
export function eventStoreDbStore(options: EventStoreDbOptions): EventStore & SaltedEvents {
  return new EventStoreDbStore(options, connectionTo(options.url));
}

class EventStoreDbStore implements EventStore, SaltedEvents {
  private readonly reader: Reader;
  private readonly end: LedgerEnd;
  private readonly channel: AppendChannel;
  private readonly appender: Appender;
  private readonly closing = new AbortController();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly tenant: string;

  constructor(
    {
      tenant,
      marks,
      beganAt,
      attemptTimeoutMs = ATTEMPT_TIMEOUT_MS,
      giveUpAfterMs = GIVE_UP_AFTER_MS,
    }: EventStoreDbOptions,
    private readonly connection: Connection,
  ) {
    this.tenant = tenant;
    this.reader = new Reader(
      connection,
      prefixOf(tenant),
      { silenceMsMax: attemptTimeoutMs, giveUpMs: giveUpAfterMs },
      beganAt,
    );
    this.end = new LedgerEnd(this.reader, (event) => saltedEvent(tenant, event), marks, beganAt);
    this.channel = new AppendChannel(() => connection.appends());
    this.appender = new Appender({
      channel: this.channel,
      read: (...given) => this.reader.eventsOf(...given),
      idOf,
      times: { attemptMs: attemptTimeoutMs, giveUpMs: giveUpAfterMs },
    });
  }

  async append(
    stream: string,
    expectedRevision: ExpectedRevision,
    events: readonly EventToAppend[],
  ): Promise<Appended> {
    this.checkOpen();
    checkAppend(stream, expectedRevision, events);
    return this.send(stream, expectedRevision, events);
  }

  async appendEach(appends: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    this.checkOpen();
    return Promise.all(
      appends.map(({ stream, expectedRevision, events }) =>
        this.append(stream, expectedRevision, events).catch((error: unknown) => ({ error })),
      ),
    );
  }

  async readStream(stream: string, options: ReadStreamOptions = {}): Promise<StreamRead> {
    this.checkOpen();
    await this.end.check();
    const { direction = 'forwards', countMax = Infinity } = options;
    const from = options.from ?? (direction === 'forwards' ? 0 : 'end');
    const request = { streamName: streamNameOf(this.tenant, stream), direction, from };
    const page = (at: number | 'end', left: number) =>
      this.reader.streamPage({ ...request, from: at, countMax: Math.min(left, PAGE_EVENTS_MAX) });
    const first = await page(from, Math.max(countMax, 1));
    return { exists: first.exists, events: this.pages(first, page, direction, countMax) };
  }

  async *readAll({
    after = 0n,
    countMax = Infinity,
    types,
  }: ReadAllOptions = {}): AsyncGenerator<StoredEvent> {
    let left = countMax;
    const wanted = types === undefined ? undefined : new Set(types);
    for await (const events of this.upToNow(after, left > 0 && wanted?.size !== 0))
      for (const event of events) {
        if (wanted?.has(event.type) === false) continue;
        yield storedEvent(this.tenant, event);
        if (--left <= 0) return;
      }
  }

  async readAt(positions: readonly bigint[]): Promise<readonly StoredEvent[]> {
    return (await this.at(positions)).map((event) => storedEvent(this.tenant, event));
  }

  async *subscribe(
    { after = 0n, countMax = Infinity, types }: ReadAllOptions,
    signal: AbortSignal,
  ): AsyncGenerator<StoredEvent> {
    if (signal.aborted || countMax <= 0) return;
    this.checkOpen();
    await this.end.check();
    // The server would wait in silence for a position that it has not reached.
    if (after > 0n && after > (await this.reader.end())) throw otherLedger(after);
    let left = countMax;
    const wanted = types === undefined ? undefined : new Set(types);
    const either = AbortSignal.any([signal, this.closing.signal]);
    for await (const events of this.reader.following(after, either))
      for (const event of events) {
        if (wanted?.has(event.type) === false) continue;
        if (signal.aborted) return;
        yield storedEvent(this.tenant, event);
        if (--left <= 0) return;
      }
    if (!signal.aborted) throw closedError();
  }

  async head(): Promise<Head> {
    this.checkOpen();
    await this.end.check();
    return this.end.head();
  }

  async positionAt(recordedAtMs: number): Promise<bigint> {
    this.checkOpen();
    await this.end.check();
    return this.end.positionAt(recordedAtMs);
  }

  async *readSalted({
    after,
    countMax = Infinity,
  }: {
    readonly after: bigint;
    readonly countMax?: number;
  }): AsyncGenerator<SaltedEvent> {
    let left = countMax;
    for await (const events of this.upToNow(after, left > 0))
      for (const event of events) {
        yield saltedEvent(this.tenant, event);
        if (--left <= 0) return;
      }
  }

  async saltedAt(positions: readonly bigint[]): Promise<readonly SaltedEvent[]> {
    return (await this.at(positions)).map((event) => saltedEvent(this.tenant, event));
  }

  async takeOver(events: readonly SaltedEvent[]): Promise<void> {
    this.checkOpen();
    for (const run of runsOf(events)) await this.takeRun(run);
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    await Promise.allSettled(this.underWay);
    this.channel.close();
    await this.connection.release();
  }

  private async takeRun(run: readonly SaltedEvent[]): Promise<void> {
    const [first] = run;
    if (first === undefined) return;
    const { stream, revision } = first;
    const expected = revision === 0 ? 'none' : revision - 1;
    checkAppend(stream, expected, run);
    try {
      const { status, positions } = await this.send(stream, expected, run);
      if (status === 'duplicate') sameEvents(run, await this.saltedAt(positions));
    } catch (error) {
      const there = heldOf(run, error);
      if (there === 0) throw error;
      await this.takeRun(run.slice(0, there));
      await this.takeRun(run.slice(there));
    }
  }

  private async send(
    stream: string,
    expected: ExpectedRevision,
    events: readonly EventToSalt[],
  ): Promise<Appended> {
    const sending = this.end.check().then(() =>
      this.appender.append({
        stream,
        streamName: streamNameOf(this.tenant, stream),
        expected,
        events: proposedEvents(events),
        ids: events.map(({ id }) => id),
      }),
    );
    this.underWay.add(sending);
    try {
      return await sending;
    } finally {
      this.underWay.delete(sending);
    }
  }

  private async *pages(
    first: { readonly events: readonly ServerEvent[]; readonly hasMore: boolean },
    page: (from: number, left: number) => Promise<typeof first>,
    direction: 'forwards' | 'backwards',
    countMax: number,
  ): AsyncGenerator<StoredEvent> {
    let left = countMax;
    for (let current = first; left > 0;) {
      for (const event of current.events) {
        if (left-- <= 0) return;
        yield storedEvent(this.tenant, event);
      }
      const last = current.events.at(-1)?.revision;
      if (!current.hasMore || last === undefined || left <= 0) return;
      const next = direction === 'forwards' ? last + 1 : last - 1;
      if (next < 0) return;
      current = await page(next, left);
    }
  }

  /** Events after a position up to where the ledger ends now, several at a time. */
  private async *upToNow(after: bigint, isWanted: boolean): AsyncGenerator<readonly ServerEvent[]> {
    this.checkOpen();
    if (!isWanted) return;
    await this.end.check();
    yield* this.reader.between(after, await this.reader.end());
  }

  private async at(positions: readonly bigint[]): Promise<readonly ServerEvent[]> {
    this.checkOpen();
    await this.end.check();
    const found = await eventsAt(this.reader, positions);
    return positions.flatMap((position) => found.get(position) ?? []);
  }

  private checkOpen(): void {
    if (this.closing.signal.aborted) throw closedError();
  }
}

const closedError = (): RapportError =>
  new RapportError('STORE_UNAVAILABLE', 'The ledger in EventStoreDB is closed: open it again.');

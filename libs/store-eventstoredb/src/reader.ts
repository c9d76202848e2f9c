import { setTimeout as sleep } from 'node:timers/promises';
import { RapportError } from '@rapport/kernel';
import { Admission } from './admission.js';
import type { Connection, ReadCall } from './connection.js';
import { Interrupted, isNoRecord, unavailable } from './failures.js';
import { incoming, type Incoming } from './incoming.js';
import type { ServerEvent } from './wire/read-answer.js';
import { within } from './within.js';
import {
  encodeLogRead,
  encodeStreamRead,
  encodeSubscription,
  type LogPlace,
  type StreamRequest,
} from './wire/read-request.js';

/** How long a read may take. */
export interface ReadTimes {
  /** A read that gets nothing for so long is begun again where it stood. */
  readonly silenceMsMax: number;
  /** After so long without an event the caller is told. */
  readonly giveUpMs: number;
}

/** Some events of a stream. */
export interface StreamPage {
  readonly exists: boolean;
  readonly events: readonly ServerEvent[];
  /** Whether there may be more behind them. */
  readonly hasMore: boolean;
}

/** Calls on one connection are limited (100 at a time unless the server says otherwise), and those beyond wait unseen. */
const READS_MAX = 32;
const LONG_READS_MAX = 16;
const SUBSCRIPTIONS_MAX = 48;
/** A page of a stream ends after so many bytes, whatever it still could hold. */
const PAGE_BYTES_MAX = 8 * 1_048_576;
const BACKOFF_MS = 50;

/** Reads events as the server has them. Reads that break are taken up where they stood; subscriptions are not. */
export class Reader {
  private readonly reads = new Admission(READS_MAX);
  /** Apart, since whoever goes through the ledger may look things up on the way. */
  private readonly longReads = new Admission(LONG_READS_MAX);
  private subscriptions = 0;
  /** Between these two nothing of the tenant was found: other tenants' records are not gone through again and again. */
  private quiet = { from: 0n, to: 0n };

  constructor(
    private readonly connection: Connection,
    private readonly prefix: string,
    private readonly times: ReadTimes,
    private readonly beganAt = 0n,
  ) {}

  /** Events of a stream from a revision on, in one read that is bounded. @throws RapportError */
  streamPage(request: StreamRequest): Promise<StreamPage> {
    return this.retried('read a stream', (untilMs) => this.pageOnce(request, untilMs));
  }

  /** As {@link streamPage}, once. @throws RapportError | Interrupted */
  private async pageOnce(request: StreamRequest, untilMs: number): Promise<StreamPage> {
    const events: ServerEvent[] = [];
    let bytes = 0;
    for await (const some of this.read(encodeStreamRead(request), untilMs)) {
      if (some === undefined) return { exists: false, events: [], hasMore: false };
      for (const event of some) {
        events.push(event);
        bytes += event.data.length + event.metadata.length;
      }
      if (bytes > PAGE_BYTES_MAX) return { exists: true, events, hasMore: true };
    }
    return { exists: true, events, hasMore: events.length === request.countMax };
  }

  /**
   * As {@link streamPage}, for whoever repeats it.
   * @param untilMs when it fails at the latest, on the clock of `performance.now`
   * @throws RapportError | Interrupted
   */
  async eventsOf(
    streamName: string,
    from: number,
    countMax: number,
    untilMs: number,
  ): Promise<readonly ServerEvent[]> {
    return (await this.pageOnce({ streamName, from, direction: 'forwards', countMax }, untilMs)).events;
  }

  /** Where the whole log ends, all tenants and the server's own records included. @throws RapportError */
  end(): Promise<bigint> {
    const request = encodeLogRead({ from: 'end', direction: 'backwards', countMax: 1, prefix: undefined });
    return this.retried('find the end of the log', async (untilMs) => {
      let end = 0n;
      for await (const some of this.read(request, untilMs)) end = some?.[0]?.commit ?? end;
      return end;
    });
  }

  /**
   * The tenant's events from a position on, itself included when one begins there.
   * @returns undefined when no record begins at the position
   * @throws RapportError
   */
  from(position: bigint, countMax: number): Promise<readonly ServerEvent[] | undefined> {
    return this.retried('read events at positions', async (untilMs) => {
      try {
        const events: ServerEvent[] = [];
        for await (const some of this.read(this.logRead(position, countMax), untilMs))
          events.push(...(some ?? []));
        return events;
      } catch (error) {
        if (isNoRecord(error)) return undefined;
        throw error;
      }
    });
  }

  /**
   * The tenant's events after a position and up to a record of the log. A read that breaks goes on where it stood.
   * @param until a position that {@link end} gave
   * @throws RapportError
   */
  async *between(position: bigint, until: bigint): AsyncGenerator<readonly ServerEvent[]> {
    if (position >= until) return;
    let place = this.placeAfter(position);
    let reached = position;
    let untilMs: number | undefined; // counted from when it breaks: until then it may be silent for long
    for (;;) {
      try {
        for await (const some of this.longRead(this.logRead(place, Infinity), untilMs)) {
          const events: readonly ServerEvent[] = (some ?? []).filter(
            ({ commit }) => commit > reached && commit <= until,
          );
          const last = events.at(-1);
          if (last !== undefined) {
            place = reached = last.commit;
            untilMs = undefined;
            yield events;
          }
          if ((some?.at(-1)?.commit ?? 0n) > until) break;
        }
        if (until > this.quiet.to) this.quiet = { from: reached, to: until };
        return;
      } catch (error) {
        // A position between two records is no place to begin from: everything up to it is passed over instead.
        if (isNoRecord(error) && place !== 'start') place = 'start';
        else await this.again(error, (untilMs ??= this.giveUpAt()), 'read the ledger');
      }
    }
  }

  /** The tenant's events after a position, then all that come. @throws RapportError when it breaks, and does not resume */
  async *following(position: bigint, signal: AbortSignal): AsyncGenerator<readonly ServerEvent[]> {
    if (this.subscriptions >= SUBSCRIPTIONS_MAX)
      throw new RapportError(
        'OVERLOADED',
        `${SUBSCRIPTIONS_MAX} followers share this process's connection to EventStoreDB, and more do not fit: end some, or start another process.`,
      );
    this.subscriptions++;
    try {
      const place = this.placeAfter(position);
      try {
        yield* this.subscription(place, signal);
      } catch (error) {
        // The record that was to begin behind may be gone: nothing has come yet.
        if (!isNoRecord(error) || place === position) throw error;
        yield* this.subscription(position === 0n ? 'start' : position, signal);
      }
      if (!signal.aborted) throw new Interrupted('the server has ended the subscription');
    } catch (error) {
      if (isNoRecord(error)) throw otherLedger(position);
      throw error instanceof Interrupted ? unavailable('follow the ledger', error) : error;
    } finally {
      this.subscriptions--;
    }
  }

  private async *subscription(place: LogPlace, signal: AbortSignal): AsyncGenerator<readonly ServerEvent[]> {
    const call = await this.call(encodeSubscription(place, this.prefix));
    for await (const some of incoming(call, { doing: 'follow the ledger', signal }))
      if (some !== undefined) yield some;
  }

  /** Where to begin for everything after a position: as late as nothing is missed. */
  private placeAfter(position: bigint): LogPlace {
    if (position >= this.quiet.from && position < this.quiet.to) return this.quiet.to;
    if (position < this.beganAt) return this.beganAt;
    return position === 0n ? 'start' : position;
  }

  private logRead(from: LogPlace, countMax: number): Buffer {
    return encodeLogRead({ from, direction: 'forwards', countMax, prefix: this.prefix });
  }

  /** Fails by then at the latest when nothing comes in, however little time that leaves. */
  private async *read(request: Buffer, untilMs: number): AsyncGenerator<Incoming> {
    const leave = await this.reads.enter(0, this.patienceMs(untilMs));
    try {
      const call = await this.call(request, this.patienceMs(untilMs));
      yield* incoming(call, { doing: 'read', silenceMsMax: this.patienceMs(untilMs) });
    } finally {
      leave();
    }
  }

  /**
   * A read that may pass over any number of other tenants' events, of which the server says nothing for as long as it takes:
   * only the connection's own pings tell whether it is still there.
   */
  private async *longRead(request: Buffer, untilMs = this.giveUpAt()): AsyncGenerator<Incoming> {
    const leave = await this.longReads.enter(0, this.patienceMs(untilMs));
    try {
      yield* incoming(await this.call(request, this.patienceMs(untilMs)), { doing: 'read' });
    } finally {
      leave();
    }
  }

  private call(request: Buffer, timeoutMs = this.times.silenceMsMax): Promise<ReadCall> {
    return within(this.connection.read(request), timeoutMs, (late) => {
      late.on('error', () => undefined); // cancelled, it says so
      late.cancel();
    });
  }

  private async retried<T>(doing: string, work: (untilMs: number) => Promise<T>): Promise<T> {
    const untilMs = this.giveUpAt();
    for (;;) {
      try {
        return await work(untilMs);
      } catch (error) {
        await this.again(error, untilMs, doing);
      }
    }
  }

  private giveUpAt(): number {
    return performance.now() + this.times.giveUpMs;
  }

  private patienceMs(untilMs: number): number {
    return Math.max(1, Math.min(this.times.silenceMsMax, untilMs - performance.now()));
  }

  /** Waits before another try; throws when there is to be none. */
  private async again(error: unknown, untilMs: number, doing: string): Promise<void> {
    if (!(error instanceof Interrupted)) throw error;
    const waitMs = BACKOFF_MS * (0.5 + Math.random());
    if (performance.now() + waitMs > untilMs) throw unavailable(doing, error);
    await sleep(waitMs);
  }
}

/** Someone followed another ledger than this, or this one before an older state of it was restored. */
export const otherLedger = (position: bigint): RapportError =>
  new RapportError(
    'STORE_CORRUPT',
    `EventStoreDB holds no event at position ${position}, which was read from it before: an older state of it was restored, or it is another server. Restore the newest backup of it, or rebuild the views and begin a log under a new key.`,
  );

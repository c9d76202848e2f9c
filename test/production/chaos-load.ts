import { setTimeout as sleep } from 'node:timers/promises';
import { eventIdOf, type JsonObject } from '@rapport/kernel';
import { touchpoints } from './recorded-sales.js';

/** What a caller waits for: the time-out of Rapport's own client. */
const ANSWER_MS_MAX = 30_000;
const GOES_ON_MS_MAX = 90_000;
const EVENTS_MAX = 20_000;
const PARTIES = 41;
const INGEST_LINES = 24;
const LINES_AT_ONCE = 8;
/** Between the calls of one caller, and between the lines that an ingest sends at once. */
const PAUSE_MS = 100;

/** Where an event stands, as a caller was told. */
export interface Acknowledged {
  readonly stream: string;
  readonly position: string;
}

/** Statuses of answers that say: it may be tried again. */
const LATER: ReadonlySet<number> = new Set([503, 504]);

/** What is sent is named like this. */
type Named = JsonObject & { readonly id: string; readonly source: string; readonly subject: string };

type Send = (events: readonly JsonObject[]) => Promise<readonly (JsonObject | undefined)[]>;

/**
 * Records, in every way that the API has, and reads, for as long as a spec wants, through whatever happens to what is
 * behind the API. What is not acknowledged is sent again, as callers do.
 */
export class ChaosLoad {
  /** Ids of events, as the ledger knows them, and what was told of them. */
  readonly acknowledged = new Map<string, Acknowledged>();
  /** Everything that was sent; once the load is stopped every one of it is acknowledged. */
  readonly sent: JsonObject[] = [];
  /** What no caller may see. */
  readonly faults: string[] = [];
  /** How often a caller was told to come back. */
  later = 0;
  /** Lines of the ingest under way that are answered. */
  ingested = 0;
  /** While the API is killed its callers lose their connections. */
  mayBreak = false;
  private isStopping = false;
  private readonly running: Promise<unknown>;

  /** @param url where the API is */
  constructor(
    private readonly url: string,
    private readonly tenant: string,
  ) {
    const ways: readonly (readonly [send: Send, size: number])[] = [
      [(events) => this.single(events), 1],
      [(events) => this.single(events), 1],
      [(events) => this.batch(events), 5],
      [(events) => this.ingest(events), INGEST_LINES],
    ];
    const all = touchpoints(EVENTS_MAX, PARTIES);
    this.running = Promise.all([
      ...ways.map(([send, size], way) =>
        this.record(
          all.filter((_, at) => (at % PARTIES) % ways.length === way),
          send,
          size,
        ),
      ),
      this.read((at) => `/v1/parties/p-${at % PARTIES}/timeline?limit=5&tenant=${this.tenant}`, 404),
      this.read((at) => `/v1/parties/p-${at % PARTIES}?tenant=${this.tenant}`, 404),
      this.read(() => '/readyz'),
    ]);
  }

  /** Waits until so many more events are acknowledged. */
  async goesOn(count: number): Promise<void> {
    const wanted = this.acknowledged.size + count;
    await this.until(`${count} more acknowledged`, () => this.acknowledged.size >= wanted);
  }

  /** @throws Error that says what did not come, and what went wrong meanwhile */
  async until(what: string, holds: () => boolean): Promise<void> {
    for (const startMs = performance.now(); !holds(); await sleep(5))
      if (performance.now() - startMs > GOES_ON_MS_MAX)
        throw new Error(`not within ${GOES_ON_MS_MAX} ms: ${what}; ${this.faults.slice(0, 5).join('; ')}`);
  }

  /** Ends it, once everything that was sent is acknowledged. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  private async record(own: readonly JsonObject[], send: Send, size: number): Promise<void> {
    for (let at = 0; !this.isStopping && at < own.length; at += size) {
      let left = own.slice(at, at + size);
      this.sent.push(...left);
      const untilMs = performance.now() + GOES_ON_MS_MAX;
      while (left.length > 0) {
        const told = await send(left);
        left = left.filter((event, index) => !this.isAcknowledged(event, told[index]));
        await sleep(PAUSE_MS);
        if (left.length > 0 && performance.now() > untilMs)
          return this.fault(`${left.length} events were never acknowledged`);
      }
    }
  }

  private isAcknowledged(event: JsonObject, outcome: JsonObject | undefined): boolean {
    if (outcome === undefined) return false;
    const { status, position } = outcome;
    const { id: name, source, subject: stream } = event as Named;
    if ((status !== 'recorded' && status !== 'duplicate') || typeof position !== 'string') {
      this.fault(`${name} was answered ${JSON.stringify(outcome)}`);
      return true;
    }
    const id = eventIdOf(this.tenant, stream, source, name);
    const before = this.acknowledged.get(id);
    if (before !== undefined && before.position !== position)
      this.fault(`${id} stands at ${before.position}, and then at ${position}`);
    this.acknowledged.set(id, { stream, position });
    return true;
  }

  private async single([event]: readonly JsonObject[]): Promise<readonly (JsonObject | undefined)[]> {
    const body = JSON.stringify(event);
    return [await this.asked('/v1/events', 'application/cloudevents+json', body)];
  }

  private async batch(events: readonly JsonObject[]): Promise<readonly (JsonObject | undefined)[]> {
    const body = JSON.stringify(events);
    const answer = await this.asked('/v1/events', 'application/cloudevents-batch+json', body);
    return (answer?.['outcomes'] ?? []) as readonly JsonObject[];
  }

  /** Sends lines slowly; what was answered before the connection broke is acknowledged as well. */
  private async ingest(events: readonly JsonObject[]): Promise<readonly (JsonObject | undefined)[]> {
    const told: (JsonObject | undefined)[] = [];
    let text = '';
    this.ingested = 0;
    await this.answered('an ingest', async (signal) => {
      const response = await fetch(this.at('/v1/events/ingest'), {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-ndjson' },
        body: slowly(events.map((event) => `${JSON.stringify(event)}\n`)),
        duplex: 'half',
        signal,
      } as RequestInit);
      if (!response.ok) return this.later++;
      for await (const bytes of response.body ?? []) {
        text += Buffer.from(bytes as Uint8Array).toString('latin1'); // nothing but ASCII comes back
        for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
          const line = JSON.parse(text.slice(0, end)) as JsonObject;
          text = text.slice(end + 1);
          if (line['summary'] === true) this.summed(line);
          else told[Number(line['line']) - 1] = line;
          this.ingested = told.length;
        }
      }
      return undefined;
    });
    this.ingested = 0;
    return told;
  }

  private summed(summary: JsonObject): void {
    if (summary['complete'] === true) return;
    this.later++;
    if (summary['code'] !== 'STORE_UNAVAILABLE')
      this.fault(`an ingest ended with ${JSON.stringify(summary)}`);
  }

  private asked(path: string, type: string, body: string): Promise<JsonObject | undefined> {
    return this.answered(path, async (signal) => {
      const headers = { 'Content-Type': type };
      const response = await fetch(this.at(path), { method: 'POST', headers, body, signal });
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as JsonObject;
      this.refused(path, response.status, text);
      return undefined;
    });
  }

  private async read(path: (at: number) => string, ...allowed: readonly number[]): Promise<void> {
    for (let at = 0; !this.isStopping; at++) {
      await this.answered(path(at), async (signal) => {
        const response = await fetch(`${this.url}${path(at)}`, { signal });
        const text = await response.text();
        if (!response.ok && !allowed.includes(response.status)) this.refused(path(at), response.status, text);
      });
      await sleep(PAUSE_MS);
    }
  }

  private refused(path: string, status: number, text: string): void {
    if (LATER.has(status)) this.later++;
    else this.fault(`${path} was answered ${status} ${text.slice(0, 300)}`);
  }

  /** What a call comes to; undefined when its connection breaks. */
  private async answered<T>(what: string, call: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    try {
      return await call(AbortSignal.timeout(ANSWER_MS_MAX));
    } catch (error) {
      const { name, message, cause } = error as Error;
      if (name === 'TimeoutError') this.fault(`${what} had no answer within ${ANSWER_MS_MAX} ms`);
      else if (!this.mayBreak) this.fault(`${what} broke: ${message} ${String(cause)}`);
      return undefined;
    }
  }

  private at(path: string): string {
    return `${this.url}${path}?tenant=${this.tenant}`;
  }

  private fault(text: string): void {
    this.faults.push(text);
  }
}

/** Lines that go out a few at a time. */
function slowly(lines: readonly string[]): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      if (at >= lines.length) return controller.close();
      if (at > 0) await sleep(PAUSE_MS);
      controller.enqueue(Buffer.from(lines.slice(at, at + LINES_AT_ONCE).join('')));
      at += LINES_AT_ONCE;
    },
  });
}

import type { JsonObject, Kind } from '@rapport/kernel';
import type {
  BoundsInput,
  ClientOptions,
  ErasureReceipt,
  ErasureRequest,
  EventRecorder,
  Freshness,
  RapportClient,
  ServerAnswer,
} from './client-contract.js';
import { completeEvent, type EventInput, type UntypedEventInput } from './event-input.js';
import { recordAll } from './event-sending.js';
import { send, sendForText, type Connection, type Request } from './http.js';
import { liveFeed, type ShownEvent } from './live-feed.js';
import { laterPosition, type Outcome } from './outcome.js';
import { parameters, partyPath, type Parameters } from './parameters.js';
import { RapportError } from './rapport-error.js';
import { Recorder, type RecorderOptions } from './recorder.js';

/**
 * A client of a Rapport server.
 * @example const client = rapportClient({ url: 'http://127.0.0.1:7070', source: 'https://shop.example' });
 */
export function rapportClient(options: ClientOptions): RapportClient {
  return new HttpClient(options);
}

const SETTLE_STEP_MS = 10_000;
const FEED_PAGE = '1000';

class HttpClient implements RapportClient {
  lastPosition: string | undefined;
  private readonly connection: Connection;
  private readonly source: string;

  constructor({
    url,
    tenant = 'main',
    source,
    headers = {},
    timeoutMs = 30_000,
    giveUpAfterMs = 30_000,
  }: ClientOptions) {
    this.connection = { url, tenant, headers, timeoutMs, giveUpAfterMs };
    this.source = source;
  }

  async record(event: EventInput | UntypedEventInput): Promise<Exclude<Outcome, { status: 'rejected' }>> {
    const [outcome] = await this.recordAll([event]);
    if (outcome === undefined)
      throw new RapportError('INTERNAL', 'The server gave no outcome: check its version.');
    if (outcome.status === 'rejected')
      throw new RapportError(outcome.rejection.code, outcome.rejection.message, {
        pointer: outcome.rejection.pointer,
      });
    return outcome;
  }

  async recordAll(events: readonly (EventInput | UntypedEventInput)[]): Promise<readonly Outcome[]> {
    return this.noting(
      await recordAll(
        this.connection,
        events.map((event) => completeEvent(event, this.source)),
      ),
    );
  }

  async recordCloudEvents(events: readonly JsonObject[]): Promise<readonly Outcome[]> {
    return this.noting(await recordAll(this.connection, events));
  }

  recorder(options: RecorderOptions = {}): EventRecorder {
    const once: Connection = { ...this.connection, giveUpAfterMs: 0 };
    const recorder = new Recorder(async (events) => this.noting(await recordAll(once, events)), options);
    return {
      record: (event) => recorder.add(completeEvent(event, this.source)),
      flush: () => recorder.flush(),
      close: () => recorder.close(),
      get counts() {
        return recorder.counts;
      },
    };
  }

  timeline(party: string, query: BoundsInput & Freshness & Parameters = {}): Promise<ServerAnswer> {
    return this.ask(partyPath(party, '/timeline'), query);
  }

  diff(party: string, query: Freshness & Parameters = {}): Promise<ServerAnswer> {
    return this.ask(partyPath(party, '/timeline/diff'), query);
  }

  loyalty(party: string, query: Freshness & Parameters = {}): Promise<ServerAnswer> {
    return this.ask(partyPath(party, '/loyalty'), query);
  }

  why(party: string, query: Freshness & Parameters = {}): Promise<ServerAnswer> {
    return this.ask(partyPath(party, '/loyalty/why'), query);
  }

  async erase(party: string, request: ErasureRequest): Promise<ErasureReceipt> {
    const receipt = (await send(this.connection, {
      method: 'POST',
      path: partyPath(party, '/erasure'),
      contentType: 'application/json',
      body: JSON.stringify(request),
    })) as ErasureReceipt;
    for (const { position } of receipt.persons)
      if (position !== undefined) this.lastPosition = laterPosition(this.lastPosition, position);
    return receipt;
  }

  referrals(
    party: string,
    part: 'subtree' | 'ancestors' | 'metrics' = 'subtree',
    query: BoundsInput & Freshness & Parameters = {},
  ): Promise<ServerAnswer> {
    return this.ask(`/v1/referrals/${encodeURIComponent(party)}/${part}`, query);
  }

  document(
    view: string,
    key: string,
    query: BoundsInput & Freshness & Parameters = {},
  ): Promise<ServerAnswer> {
    return this.ask(`/v1/views/${encodeURIComponent(view)}/documents/${encodeURIComponent(key)}`, query);
  }

  find(
    view: string,
    query: Freshness & Parameters = {},
  ): Promise<
    ServerAnswer<{
      readonly items: readonly { readonly key: string; readonly doc: JsonObject }[];
      readonly next?: string;
    }>
  > {
    return this.ask(`/v1/views/${encodeURIComponent(view)}/documents`, query);
  }

  async analyses(): Promise<readonly JsonObject[]> {
    return (await this.get<{ readonly items: readonly JsonObject[] }>('/v1/analyses', {})).items;
  }

  analyse(name: string, query: BoundsInput & Freshness & Parameters = {}): Promise<JsonObject> {
    return this.ask(`/v1/analyses/${encodeURIComponent(name)}`, query);
  }

  prove(question: string, query: Parameters = {}): Promise<string> {
    const path = `/v1/proofs/${encodeURIComponent(question)}`;
    return sendForText(this.connection, { method: 'POST', path, query: parameters(query) });
  }

  async kinds(): Promise<readonly Pick<Kind, 'type' | 'family' | 'name' | 'version' | 'description'>[]> {
    return (await this.get<{ readonly items: readonly Kind[] }>('/v1/kinds', {})).items;
  }

  async *feed({
    after = '0',
    types,
  }: { readonly after?: string; readonly types?: readonly string[] } = {}): AsyncGenerator<ShownEvent> {
    let last = after;
    for (;;) {
      const page = await this.get<{
        readonly items: readonly ShownEvent[];
        readonly next: string;
        readonly isLast: boolean;
      }>('/v1/events', {
        after: last,
        limit: FEED_PAGE,
        types: types?.join(','),
      });
      yield* page.items;
      if (page.isLast) return;
      last = page.next;
    }
  }

  live({
    after,
    types,
    signal,
  }: {
    readonly after?: string;
    readonly types?: readonly string[];
    readonly signal?: AbortSignal;
  } = {}): AsyncIterable<ShownEvent> {
    const request = (from: string | undefined): Request => ({
      method: 'GET',
      path: '/v1/live',
      accept: 'text/event-stream',
      query: { after: from, types: types?.join(',') },
    });
    return liveFeed(this.connection, request, {
      ...(after === undefined ? {} : { after }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async settle(timeoutMs = 30_000): Promise<void> {
    const startedMs = performance.now();
    for (;;) {
      const leftMs = timeoutMs - (performance.now() - startedMs);
      try {
        await this.ask('/v1/views', {
          waitTimeoutMs: Math.max(1, Math.min(SETTLE_STEP_MS, Math.floor(leftMs))),
        });
        return;
      } catch (error) {
        const isLate = error instanceof RapportError && error.code === 'WAIT_TIMEOUT';
        if (!isLate || leftMs <= SETTLE_STEP_MS) throw error;
      }
    }
  }

  /** Asks a view; reads at least as far as this client has written. */
  private ask<T>(path: string, query: Freshness & Parameters): Promise<T> {
    const waitFor = query.waitFor === undefined ? this.lastPosition : (query.waitFor ?? undefined);
    return this.get<T>(path, { ...parameters(query), waitFor });
  }

  private async get<T>(path: string, query: Readonly<Record<string, string | undefined>>): Promise<T> {
    return (await send(this.connection, { method: 'GET', path, query })) as T;
  }

  private noting(outcomes: readonly Outcome[]): readonly Outcome[] {
    for (const outcome of outcomes)
      if (outcome.status !== 'rejected')
        this.lastPosition = laterPosition(this.lastPosition, outcome.position);
    return outcomes;
  }
}

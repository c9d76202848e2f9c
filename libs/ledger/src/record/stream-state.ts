import { compareTimeOrder, type Kinds, type Lifecycle, type Touchpoint } from '@rapport/kernel';
import { LRUCache } from 'lru-cache';
import type { EventStore } from '../ports/index.js';
import { decodeEvent } from './event-body.js';

/** An append on its way or done: gives the positions of its events once they may be acknowledged. */
export interface DurableAppend {
  readonly firstRevision: number;
  readonly positions: Promise<readonly bigint[]>;
}

/** Where an event of a stream stands: its position, or the append that it is part of. */
export interface Recorded {
  readonly type: string;
  readonly revision: number;
  readonly durable: DurableAppend | bigint;
}

/** The position of an event, once it may be acknowledged. */
export async function positionOf({ revision, durable }: Recorded): Promise<bigint> {
  return typeof durable === 'bigint'
    ? durable
    : ((await durable.positions)[revision - durable.firstRevision] as bigint);
}

/** The episode an event belongs to in its life cycle; undefined when it stands alone. */
export const episodeOf = (lifecycle: Lifecycle, event: Touchpoint): string | undefined =>
  lifecycle.episodeOf === undefined ? event.episode : lifecycle.episodeOf(event);

/** What decisions about one stream need: its revision, the ids it holds, and the events of its episodes. */
export class StreamState {
  revision = -1;
  recordedAtMs = 0;
  /** What the stream holds, by the store's event id: it stands for (source, id) and is read without the event's body. */
  readonly ids = new Map<string, Recorded>();
  private readonly episodes = new Map<string, Touchpoint[]>();

  /** Events of the same episode and life cycle, in their own time. */
  episode(lifecycle: Lifecycle, event: Touchpoint): readonly Touchpoint[] {
    const episode = episodeOf(lifecycle, event);
    return episode === undefined ? [] : (this.episodes.get(`${lifecycle.name}\n${episode}`) ?? []);
  }

  /** Takes an event in: one that is stored, or one on its way there. */
  add(eventId: string, recorded: Recorded, recordedAtMs: number): void {
    this.revision = recorded.revision;
    this.recordedAtMs = Math.max(this.recordedAtMs, recordedAtMs);
    this.ids.set(eventId, recorded);
  }

  /** Takes in what an event says, for the life cycle that it is part of. */
  addToEpisode(lifecycle: Lifecycle, event: Touchpoint): void {
    const episode = episodeOf(lifecycle, event);
    if (episode === undefined) return;
    const name = `${lifecycle.name}\n${episode}`;
    const events = this.episodes.get(name);
    if (events === undefined) this.episodes.set(name, [event]);
    else events.splice(events.findLastIndex((other) => compareTimeOrder(other, event) <= 0) + 1, 0, event);
  }
}

/** How many event ids the cache may hold over all streams. */
const IDS_CACHED_MAX = 500_000;

/** States of recently used streams, folded from the store when they are not at hand. */
export class StreamStates {
  private readonly cache = new LRUCache<string, StreamState>({
    maxSize: IDS_CACHED_MAX,
    sizeCalculation: (state) => state.ids.size + 1,
  });
  private readonly loading = new Map<string, Promise<StreamState>>();

  constructor(
    private readonly store: EventStore,
    private readonly kinds: Kinds,
  ) {}

  /** The state when it is at hand. */
  cached(stream: string): StreamState | undefined {
    return this.cache.get(stream);
  }

  async load(stream: string): Promise<StreamState> {
    const cached = this.cache.get(stream);
    if (cached !== undefined) return cached;
    let loading = this.loading.get(stream);
    if (loading === undefined) {
      loading = this.fold(stream).finally(() => this.loading.delete(stream));
      this.loading.set(stream, loading);
    }
    return loading;
  }

  /** Tells the cache that a state has grown. */
  keep(stream: string, state: StreamState): void {
    if (this.cache.peek(stream) !== state) return;
    this.cache.delete(stream); // setting the same value again would keep its old size
    this.cache.set(stream, state);
  }

  /** Forgets a stream whose outcome is not known. */
  forget(stream: string): void {
    this.cache.delete(stream);
  }

  private async fold(stream: string): Promise<StreamState> {
    const state = new StreamState();
    const { events } = await this.store.readStream(stream);
    for await (const stored of events) {
      const { id, type, revision, position, recordedAtMs } = stored;
      state.add(id, { type, revision, durable: position }, recordedAtMs);
      const lifecycle = this.kinds.get(type)?.lifecycle;
      if (lifecycle !== undefined) state.addToEpisode(lifecycle, decodeEvent(stored));
    }
    this.cache.set(stream, state);
    return state;
  }
}

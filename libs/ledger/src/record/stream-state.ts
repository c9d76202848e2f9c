import type { Kinds, Lifecycle, Touchpoint } from '@rapport/kernel';
import { LRUCache } from 'lru-cache';
import type { EventStore } from '../ports/index.js';
import { Episode, KeptTexts, type Around } from './episode.js';
import { decodeEvent } from './event-body.js';
import type { Candidate, PlannedAppend } from './planned-append.js';

/** Names the episode that an event belongs to in the life cycle of its kind; undefined when it stands alone. */
export function episodeNameOf(lifecycle: Lifecycle | undefined, event: Touchpoint): string | undefined {
  if (lifecycle === undefined) return undefined;
  const episode = lifecycle.episodeOf === undefined ? event.episode : lifecycle.episodeOf(event);
  return episode === undefined ? undefined : `${lifecycle.name}\n${episode}`;
}

/** An episode takes the room of so many events. */
const SIZE_OF_EPISODE = 3;

/**
 * What decisions about one stream need: its revision, the ids it holds, and the events of its episodes. Millions of events
 * are kept this way, so an event is a number in three lists and no object of its own.
 */
export class StreamState {
  revision = -1;
  recordedAtMs = 0;
  /** How much memory it takes, in events. */
  size = 0;
  /** What the cache believes that it takes. */
  sizeCounted = 0;
  /** The append that gathers events of this stream while a call is planned. */
  gathering: PlannedAppend | undefined;
  /** Revisions by the store's event id, which stands for (source, id) and is read without the event's body. */
  private readonly revisions = new Map<string, number>();
  /** By revision. */
  private readonly types: string[] = [];
  /** By revision; as a number where that is exact, since bigints take several times the room. 0: on its way. */
  private readonly positions: (number | bigint)[] = [];
  private readonly underWay: PlannedAppend[] = [];
  private episodes: Map<string, Episode> | undefined;

  constructor(
    private readonly stream: string,
    private readonly texts: KeptTexts,
  ) {}

  /**
   * Whether the touchpoint can be decided about with what is known here. For one that is later than most, in an episode
   * that is long over, the stream has to be folded again.
   */
  places({ episode, touchpoint }: Candidate): boolean {
    return this.episodeNamed(episode)?.places(touchpoint.time) ?? true;
  }

  /** The states of the touchpoint's episode at its time and after all that is known. */
  around(lifecycle: Lifecycle, { episode, touchpoint }: Candidate): Around {
    const known = this.episodeNamed(episode);
    if (known !== undefined) return known.around(touchpoint.time);
    const initial = lifecycle.initial();
    return { before: initial, all: initial };
  }

  private episodeNamed(name: string | undefined): Episode | undefined {
    return name === undefined ? undefined : this.episodes?.get(name);
  }

  /** The revision at which an event stands, or will stand once its append is done; undefined when it is not there. */
  revisionOf(eventId: string): number | undefined {
    return this.revisions.get(eventId);
  }

  typeAt(revision: number): string {
    return this.types[revision] as string;
  }

  /** The position of an event, once it may be acknowledged. */
  async positionAt(revision: number): Promise<bigint> {
    const position = this.positions[revision];
    if (position !== undefined && position !== 0) return BigInt(position);
    // One that has failed is looked for last: another one may have come in its place since.
    return (this.underWay.findLast((append) => append.holds(revision)) as PlannedAppend).positionOf(revision);
  }

  /** Takes an event in: one that is stored, or one on its way there, which has no position yet. */
  add(eventId: string, type: string, recordedAtMs: number, position?: bigint): void {
    this.revisions.set(eventId, ++this.revision);
    this.types.push(type);
    this.positions.push(position === undefined ? 0 : compact(position));
    if (recordedAtMs > this.recordedAtMs) this.recordedAtMs = recordedAtMs;
    this.size++;
  }

  /** Takes in what an event says, for the episode of this name in the life cycle. */
  addToEpisode(lifecycle: Lifecycle, name: string, event: Touchpoint, body: string): void {
    this.episodes ??= new Map();
    let episode = this.episodes.get(name);
    if (episode === undefined) {
      episode = new Episode(lifecycle, this.stream);
      this.episodes.set(name, episode);
      this.size += SIZE_OF_EPISODE;
    }
    episode.add(event, body);
    this.texts.added(episode);
  }

  sent(append: PlannedAppend): void {
    this.underWay.push(append);
  }

  settled(append: PlannedAppend, positions: readonly bigint[]): void {
    const { firstRevision } = append;
    for (let place = 0; place < positions.length; place++)
      this.positions[firstRevision + place] = compact(positions[place] as bigint);
    if (this.underWay[0] === append) this.underWay.shift();
    else this.underWay.splice(this.underWay.indexOf(append), 1);
  }
}

const compact = (position: bigint): number | bigint =>
  position <= Number.MAX_SAFE_INTEGER ? Number(position) : position;

/** How many events the cache may hold over all streams: some 100 bytes each. */
const EVENTS_CACHED_MAX = 3_000_000;
/** How many texts of events of episodes are kept beside them, over all streams: some 600 bytes each. */
const TEXTS_KEPT_MAX = 50_000;
/** What a state takes beside its events. */
const SIZE_OF_STATE = 8;
/** A state is counted again once it has grown by a quarter: counting costs more than adding an event. */
const GROWTH_UNCOUNTED = 1.25;

/** States of recently used streams, folded from the store when they are not at hand. */
export class StreamStates {
  private readonly cache = new LRUCache<string, StreamState>({ maxSize: EVENTS_CACHED_MAX });
  private readonly loading = new Map<string, Promise<StreamState>>();
  private readonly texts = new KeptTexts(TEXTS_KEPT_MAX);

  constructor(
    private readonly store: EventStore,
    private readonly kinds: Kinds,
  ) {}

  /** The state when it is at hand and will do for the touchpoint; one that will not is forgotten. */
  cached(candidate: Candidate): StreamState | undefined {
    const { subject } = candidate.touchpoint;
    const state = this.cache.get(subject);
    if (state?.places(candidate) === true) return state;
    if (state !== undefined) this.forget(subject);
    return undefined;
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
    if (state.size <= state.sizeCounted || this.cache.peek(stream) !== state) return;
    this.cache.delete(stream); // setting the same value again would keep its old size
    this.set(stream, state);
  }

  /** Forgets a stream: it is folded again for the next decision. */
  forget(stream: string): void {
    this.cache.delete(stream);
  }

  private set(stream: string, state: StreamState): void {
    // A stream that takes all the room is kept alone: folding it again for each of its events would be worse.
    state.sizeCounted = Math.min(SIZE_OF_STATE + Math.ceil(state.size * GROWTH_UNCOUNTED), EVENTS_CACHED_MAX);
    this.cache.set(stream, state, { size: state.sizeCounted });
  }

  private async fold(stream: string): Promise<StreamState> {
    const state = new StreamState(stream, this.texts);
    const { events } = await this.store.readStream(stream);
    for await (const stored of events) {
      const { id, type, position, recordedAtMs } = stored;
      const kind = this.kinds.get(type);
      state.add(id, kind?.type ?? type, recordedAtMs, position);
      if (kind?.lifecycle === undefined) continue;
      const event = decodeEvent(stored);
      const episode = episodeNameOf(kind.lifecycle, event);
      if (episode !== undefined) state.addToEpisode(kind.lifecycle, episode, event, stored.body);
    }
    this.set(stream, state);
    return state;
  }
}

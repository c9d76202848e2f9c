import { compareTimeOrder, type EffectiveEvent, type View } from '@rapport/kernel';
import type { ViewStore } from '../ports/index.js';
import type { Knowledge } from '../resolve/history.js';
import { handledBy } from './handled-by.js';

/** Keys whose histories are read together: few, since all that they hold lives until they are done with. */
export const KEYS_PER_CHUNK = 25;
/** Positions beyond which a chunk of keys is cut in two, so that memory stays bounded by the longest history. */
const EVENTS_PER_CHUNK = 2_000;

/** History keys in chunks, in order. @param after only keys after this one */
export async function* keyChunks(store: ViewStore, after?: string): AsyncGenerator<readonly string[]> {
  let chunk: string[] = [];
  for await (const key of store.historyKeys(after)) {
    chunk.push(key);
    if (chunk.length < KEYS_PER_CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Some keys, and the positions of all that may concern them. */
interface BoundedChunk {
  readonly keys: readonly string[];
  readonly positions: readonly bigint[];
}

/** Cuts keys into chunks that can be read at once, in order; a single key is never cut. */
export async function* boundedChunks(
  store: ViewStore,
  knowledge: Knowledge,
  keys: readonly string[],
): AsyncGenerator<BoundedChunk> {
  const members = keys.flatMap((key) => knowledge.parties.members(key));
  const positions = await store.history(members, knowledge.until);
  if (positions.length <= EVENTS_PER_CHUNK || keys.length <= 1) {
    yield { keys, positions };
    return;
  }
  const middle = keys.length >> 1;
  yield* boundedChunks(store, knowledge, keys.slice(0, middle));
  yield* boundedChunks(store, knowledge, keys.slice(middle));
}

/** The events of some keys that one view handles. */
export class KeyHistories {
  private readonly handled: ReadonlySet<string>;
  private readonly histories: ReadonlyMap<string, EffectiveEvent[]>;

  constructor(
    private readonly view: View,
    keys: readonly string[],
  ) {
    this.handled = handledBy(view);
    this.histories = new Map(keys.map((key) => [key, []]));
  }

  take(event: EffectiveEvent): void {
    if (!this.handled.has(event.type)) return;
    for (const key of this.view.keys(event)) this.histories.get(key)?.push(event);
  }

  /** Keys that have events, in the order given, with those events in their own time. */
  *inTheirTime(): Generator<readonly [key: string, events: readonly EffectiveEvent[]]> {
    for (const history of this.all()) if (history[1].length > 0) yield history;
  }

  /** As {@link inTheirTime}, with keys that have none. */
  *all(): Generator<readonly [key: string, events: readonly EffectiveEvent[]]> {
    for (const [key, events] of this.histories) {
      sortByTime(events);
      yield [key, events];
    }
  }
}

/** Most histories arrive in their own time already. */
function sortByTime(events: EffectiveEvent[]): void {
  for (let at = 1; at < events.length; at++) {
    if (compareTimeOrder(events[at - 1] as EffectiveEvent, events[at] as EffectiveEvent) > 0) {
      events.sort(compareTimeOrder);
      return;
    }
  }
}

import { compareTimeOrder, historyKeysOf, type EffectiveEvent } from '@rapport/kernel';
import type { Change, Park, ViewStore } from '../ports/index.js';
import { push, type History, type Knowledge } from '../resolve/history.js';
import { contentOfKey, parkOf, type Target } from './apply.js';

/** Keys whose histories are read together. */
const KEYS_PER_CHUNK = 200;
/** Positions beyond which a chunk of keys is cut in two, so that memory stays bounded by the longest history. */
const EVENTS_PER_CHUNK = 10_000;

/** What filling some keys comes to. */
export interface Filled {
  readonly views: Parameters<ViewStore['fill']>[0]['views'];
  readonly events: number;
}

/**
 * The whole content of some keys in every target, from their histories up to a position. Every event is read once for all
 * views and every document written once, in the order of its key, which is what makes a rebuild far cheaper than feeding
 * the ledger through the views again.
 */
export async function fillOf(
  keys: readonly string[],
  targets: readonly Target[],
  knowledge: Knowledge,
  store: ViewStore,
  history: History,
): Promise<readonly Filled[]> {
  const canonical = keys.filter((key) => knowledge.parties.canonical(key) === key);
  const positions = await store.history(
    canonical.flatMap((key) => knowledge.parties.members(key)),
    knowledge.until,
  );
  if (positions.length > EVENTS_PER_CHUNK && keys.length > 1) {
    const middle = keys.length >> 1;
    const first = await fillOf(keys.slice(0, middle), targets, knowledge, store, history);
    return [...first, ...(await fillOf(keys.slice(middle), targets, knowledge, store, history))];
  }
  const wanted = new Set(canonical);
  const histories = new Map<string, EffectiveEvent[]>();
  for (const event of await history.effectiveAt(positions, knowledge)) {
    for (const key of historyKeysOf(event.parties, event.subject))
      if (wanted.has(key)) push(histories, key, event);
  }
  for (const events of histories.values()) sortByTime(events);
  return [{ events: positions.length, views: targets.map((target) => contentOf(target, histories)) }];
}

/** History keys in chunks, in order. */
export async function* keyChunks(store: ViewStore): AsyncGenerator<readonly string[]> {
  let chunk: string[] = [];
  for await (const key of store.historyKeys()) {
    chunk.push(key);
    if (chunk.length < KEYS_PER_CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function contentOf(
  target: Target,
  histories: ReadonlyMap<string, readonly EffectiveEvent[]>,
): Filled['views'][number] {
  const changes: Change[] = [];
  const parks: Park[] = [];
  for (const [key, events] of histories) {
    try {
      for (const change of contentOfKey(target.view, key, events)) changes.push(change);
    } catch (error) {
      const parked = parkOf(key, events[0]?.position ?? 0n, error, events.length);
      parks.push(parked);
      target.parked.set(key, parked);
    }
  }
  return { view: target.ref, changes, park: parks };
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

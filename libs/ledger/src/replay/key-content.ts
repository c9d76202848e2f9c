import type { EffectiveEvent, EntryPlace, JsonObject, View } from '@rapport/kernel';
import type { Change, ViewStore } from '../ports/index.js';
import { contentOfOwn } from '../project/apply.js';
import { boundedChunks, keyChunks, KeyHistories } from '../project/key-histories.js';
import type { History, Knowledge } from '../resolve/history.js';

/** A document or an entry as a replay gives it: what is hashed, and nothing else. */
export type ReplayedItem =
  | { readonly key: string; readonly doc: JsonObject }
  | ({ readonly key: string; readonly entry: JsonObject } & EntryPlace);

/** What a view says under one key: one document, or entries in their own time. Never empty. */
export interface KeyContent {
  readonly key: string;
  readonly items: readonly ReplayedItem[];
}

/** What a history is read with. */
export interface ReplayParts {
  readonly history: History;
  readonly store: ViewStore;
}

/** One point of view on all histories: what was known, and what of it had happened. */
export interface Standpoint {
  readonly knowledge: Knowledge;
  readonly asOf: string | undefined;
}

/** Which keys are replayed, and who is told how far it is. */
export interface KeyRange {
  /** This key alone. */
  readonly key?: string | undefined;
  /** Keys from this one on. */
  readonly from?: string | undefined;
  /** Is told how many of all keys are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Chunks of the keys of a range, in order. */
export async function* chunksOf(
  { store }: ReplayParts,
  { key, from, onProgress }: KeyRange,
): AsyncGenerator<readonly string[]> {
  if (key !== undefined) {
    yield [key];
    return;
  }
  if (from !== undefined) yield [from]; // what lies after a key is asked of the store, so the key itself comes first
  const total = onProgress === undefined ? 0 : await countOf(store.historyKeys(from));
  let done = 0;
  for await (const chunk of keyChunks(store, from)) {
    yield chunk;
    onProgress?.((done += chunk.length), total);
  }
}

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of items) count++;
  return count;
}

/**
 * What a view says under some keys from one standpoint, key by key in the order given; keys under which it says nothing are
 * left out. Memory is bounded by the longest history of one key.
 */
export async function* contentsOf(
  { history, store }: ReplayParts,
  view: View,
  keys: readonly string[],
  { knowledge, asOf }: Standpoint,
): AsyncGenerator<KeyContent> {
  const canonical = keys.filter((key) => knowledge.parties.canonical(key) === key);
  for await (const chunk of boundedChunks(store, knowledge, canonical)) {
    const histories = new KeyHistories(view, chunk.keys);
    for (const event of await history.effectiveAt(chunk.positions, knowledge))
      if (asOf === undefined || event.time <= asOf) histories.take(event);
    for (const [key, events] of histories.inTheirTime()) {
      const items = itemsOf(view, key, events);
      if (items.length > 0) yield { key, items };
    }
  }
}

const itemsOf = (view: View, key: string, events: readonly EffectiveEvent[]): readonly ReplayedItem[] =>
  contentOfOwn(view, key, events).flatMap((change: Change): readonly ReplayedItem[] => {
    if (change.op === 'put') return [{ key, doc: change.doc }];
    return change.op === 'putEntry' ? [{ key, ...change.place, entry: change.entry }] : [];
  });

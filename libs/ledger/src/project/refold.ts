import type { EffectiveEvent, View } from '@rapport/kernel';
import type { ViewStore } from '../ports/index.js';
import { push, type History } from '../resolve/history.js';
import type { ResolvedBatch } from './batch.js';
import { boundedChunks, KeyHistories, KEYS_PER_CHUNK } from './key-histories.js';

/**
 * The whole histories of keys that a batch has come late for, as the view sees them, in their own time. Many keys are read
 * together: a file in any order makes most of a batch late, and a question for each of them takes a store minutes.
 */
export async function* historiesOf(
  view: View,
  keys: readonly string[],
  batch: ResolvedBatch,
  store: ViewStore,
  history: History,
): AsyncGenerator<readonly [key: string, events: readonly EffectiveEvent[]]> {
  // The index does not hold the batch yet, nor the parties that its corrections bring in.
  const underWay = new Map<bigint, EffectiveEvent>();
  for (const event of batch.fresh) underWay.set(event.position, event);
  for (const { after } of batch.changed) if (after !== undefined) underWay.set(after.position, after);
  const ofKey = new Map<string, EffectiveEvent[]>();
  for (const event of underWay.values()) for (const key of view.keys(event)) push(ofKey, key, event);
  for (let at = 0; at < keys.length; at += KEYS_PER_CHUNK) {
    const some = keys.slice(at, at + KEYS_PER_CHUNK);
    for await (const chunk of boundedChunks(store, batch.after, some)) {
      const histories = new KeyHistories(view, chunk.keys);
      for (const event of new Set(chunk.keys.flatMap((key) => ofKey.get(key) ?? []))) histories.take(event);
      const positions = chunk.positions.filter((position) => !underWay.has(position));
      for (const event of await history.effectiveAt(positions, batch.after)) histories.take(event);
      yield* histories.all();
    }
  }
}

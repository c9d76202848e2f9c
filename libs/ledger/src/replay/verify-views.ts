import { setImmediate as otherWork } from 'node:timers/promises';
import type { Kinds, StoredEntry, View } from '@rapport/kernel';
import type { EventStore, StoredDocument, StoredEvent, ViewStore } from '../ports/index.js';
import { refOf, viewVersionOf } from '../project/copies.js';
import { Projector } from '../project/projector.js';
import { lineOf } from './hash.js';

/** What a comparison of views with a replay has read, and found. */
export interface ViewsVerdict {
  /** What the views reflect. */
  readonly position: bigint;
  /** Documents and entries compared. */
  readonly documents: number;
  /** Why nothing could be compared. */
  readonly notCompared?: string;
  /** The first thing that is not what the ledger says. */
  readonly damage?: { readonly view: string; readonly key: string; readonly message: string };
}

export interface VerifyViewsOptions {
  readonly events: EventStore;
  /** The views as they are, for reading. */
  readonly live: ViewStore;
  /** An empty store of the same kind, for the replay. */
  readonly replayed: ViewStore;
  readonly kinds: Kinds;
  readonly views: readonly View[];
  readonly onProgress?: (events: number) => void;
  readonly signal?: AbortSignal;
}

/** How many documents are compared before other work of the thread has its turn. */
const DOCUMENTS_PER_TURN = 500;

/**
 * Projects the ledger once more, from its first event, and compares what every live view says with that, document by
 * document. Stops at the first difference.
 */
export async function verifyViews(options: VerifyViewsOptions): Promise<ViewsVerdict> {
  const { live, replayed, views } = options;
  const copies = (await live.versions()).filter(({ state }) => state === 'live');
  const checkpoints = new Set(copies.map(({ checkpoint }) => checkpoint));
  const [position = 0n] = checkpoints;
  const none = { position, documents: 0 };
  const stale = views.filter(
    ({ name, version }) => !copies.some((copy) => copy.name === name && viewVersionOf(copy) === version),
  );
  if (stale.length > 0)
    return { ...none, notCompared: `not built yet: ${stale.map(({ name }) => name).join(', ')}` };
  if (checkpoints.size > 1) return { ...none, notCompared: 'the views are being built' };
  await replay(options, position);
  let documents = 0;
  for (const { name } of views) {
    const ours = live.scan(await liveRef(live, name));
    const theirs = replayed.scan(await liveRef(replayed, name));
    for await (const [item, expected] of together(ours, theirs)) {
      options.signal?.throwIfAborted();
      if (item === undefined || expected === undefined || lineOf(item) !== lineOf(expected))
        return { position, documents, damage: damage(name, item, expected) };
      if (++documents % DOCUMENTS_PER_TURN === 0) await otherWork();
    }
  }
  return { position, documents };
}

/** Two iterations side by side, to the end of the longer one; both are ended with this one. */
async function* together<T>(
  one: AsyncIterable<T>,
  other: AsyncIterable<T>,
): AsyncGenerator<readonly [T | undefined, T | undefined]> {
  const others = other[Symbol.asyncIterator]();
  try {
    for await (const item of one) {
      const { value, done } = await others.next();
      yield [item, done === true ? undefined : value];
    }
    for (let next = await others.next(); next.done !== true; next = await others.next())
      yield [undefined, next.value];
  } finally {
    await others.return?.();
  }
}

async function replay(options: VerifyViewsOptions, until: bigint): Promise<void> {
  const { events, replayed, kinds, views, onProgress, signal } = options;
  const projector = new Projector({
    events: endingAt(events, until),
    views: replayed,
    registry: views,
    kinds,
    owner: 'verify',
    now: Date.now,
  });
  await projector.open();
  for (let done = 0; ;) {
    signal?.throwIfAborted();
    const count = await projector.step();
    if (count === 0) break;
    onProgress?.((done += count));
  }
  await projector.close();
}

/** A ledger as it was at a position. */
const endingAt = (events: EventStore, until: bigint): EventStore => ({
  append: (...given) => events.append(...given),
  readStream: (...given) => events.readStream(...given),
  readAll: (given) => upTo(events.readAll(given), until),
  readAt: (positions) => events.readAt(positions.filter((position) => position <= until)),
  subscribe: (...given) => upTo(events.subscribe(...given), until),
  head: () => events.head(),
  positionAt: (ms) => events.positionAt(ms),
  close: () => events.close(),
});

async function* upTo(events: AsyncIterable<StoredEvent>, until: bigint): AsyncGenerator<StoredEvent> {
  for await (const event of events) {
    if (event.position > until) return;
    yield event;
  }
}

async function liveRef(store: ViewStore, name: string) {
  const live = (await store.versions(name)).find(({ state }) => state === 'live');
  if (live === undefined) throw new Error(`the view ${name} has no live copy`);
  return refOf(live);
}

type Item = StoredDocument | StoredEntry;

function damage(view: string, item: Item | undefined, expected: Item | undefined) {
  const key =
    item === undefined || (expected !== undefined && expected.key < item.key) ? expected?.key : item.key;
  const what =
    item === undefined || key !== item.key
      ? 'holds nothing of what the ledger says'
      : key === expected?.key
        ? 'says something else than the ledger'
        : 'holds what the ledger does not say';
  return {
    view,
    key: key ?? '',
    message: `The view ${view} ${what} under the key ${key}: \`rapport views rebuild ${view}\` mends it.`,
  };
}

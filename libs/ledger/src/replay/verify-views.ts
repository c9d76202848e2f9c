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

/** How often what was recorded meanwhile is taken in before a comparison gives up. */
const PASSES_MAX = 4;

/**
 * Projects the ledger once more, from its first event, and compares what every live view says with that, document by
 * document. Stops at the first difference. Views that went on meanwhile may differ by that alone: the replay follows them,
 * and they are compared again.
 */
export async function verifyViews(options: VerifyViewsOptions): Promise<ViewsVerdict> {
  const replay = await Replay.open(options);
  try {
    for (let pass = 0; pass < PASSES_MAX; pass++) {
      const live = await liveCheckpoint(options);
      if (typeof live !== 'bigint') return live;
      await replay.to(live);
      const verdict = await compare(options, live);
      const isAsItWas = (await liveCheckpoint(options)) === live;
      if (verdict.damage === undefined || isAsItWas) return verdict;
    }
  } finally {
    await replay.close();
  }
  const notCompared = 'they went on all the while, so verify again when little is recorded';
  return { position: 0n, documents: 0, notCompared };
}

/** What all live views reflect, or why they cannot be compared. */
async function liveCheckpoint({ live, views }: VerifyViewsOptions): Promise<bigint | ViewsVerdict> {
  const copies = (await live.versions()).filter(({ state }) => state === 'live');
  const checkpoints = new Set(copies.map(({ checkpoint }) => checkpoint));
  const [position = 0n] = checkpoints;
  const none = { position, documents: 0 };
  const stale = views.filter(
    ({ name, version }) => !copies.some((copy) => copy.name === name && viewVersionOf(copy) === version),
  );
  if (stale.length > 0)
    return { ...none, notCompared: `not built yet: ${stale.map(({ name }) => name).join(', ')}` };
  return checkpoints.size > 1 ? { ...none, notCompared: 'the views are being built' } : position;
}

async function compare(
  { live, replayed, views, signal }: VerifyViewsOptions,
  position: bigint,
): Promise<ViewsVerdict> {
  let documents = 0;
  for (const { name } of views) {
    const ours = live.scan(await liveRef(live, name));
    const theirs = replayed.scan(await liveRef(replayed, name));
    for await (const [item, expected] of together(ours, theirs)) {
      signal?.throwIfAborted();
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

/** A projection of the ledger up to where it is told to go. */
class Replay {
  private until = 0n;
  private done = 0;
  private readonly projector: Projector;

  private constructor(private readonly options: VerifyViewsOptions) {
    const { events, replayed, kinds, views } = options;
    this.projector = new Projector({
      events: endingAt(events, () => this.until),
      views: replayed,
      registry: views,
      kinds,
      owner: 'verify',
      now: Date.now,
    });
  }

  static async open(options: VerifyViewsOptions): Promise<Replay> {
    const replay = new Replay(options);
    await replay.projector.open();
    return replay;
  }

  async to(position: bigint): Promise<void> {
    this.until = position;
    for (;;) {
      this.options.signal?.throwIfAborted();
      const count = await this.projector.step();
      if (count === 0) return;
      this.options.onProgress?.((this.done += count));
    }
  }

  close(): Promise<void> {
    return this.projector.close();
  }
}

/** A ledger as it was at a position that may move on. */
const endingAt = (events: EventStore, until: () => bigint): EventStore => ({
  append: (...given) => events.append(...given),
  appendEach: (appends) => events.appendEach(appends),
  readStream: (...given) => events.readStream(...given),
  readAll: (given) => upTo(events.readAll(given), until()),
  readAt: (positions) => events.readAt(positions.filter((position) => position <= until())),
  subscribe: (...given) => upTo(events.subscribe(...given), until()),
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

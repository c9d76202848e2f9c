import type { EventStore, ReadAllOptions, SaltedEvents, StoredEvent } from '@rapport/ledger';
import { pause } from './pause.js';

/** A ledger is looked at so often also when no news of it comes: none may come, and those that came may have been lost. */
const LOOK_MS = 500;
/** How long before the news are followed again after they broke. */
const AGAIN_MS = 250;

/**
 * The events of a tenant for any number of followers: one subscription tells all of them that the ledger has grown, and
 * each reads for itself what it lacks. A server grants a process a bounded number of subscriptions, and there may be
 * hundreds of live feeds; besides, what is read is what stands in the ledger, whatever becomes of a subscription.
 */
export function sharedNews(store: EventStore & SaltedEvents): EventStore & SaltedEvents {
  const news = new News(store);
  return {
    append: (stream, expectedRevision, events) => store.append(stream, expectedRevision, events),
    appendEach: (appends) => store.appendEach(appends),
    readStream: (stream, options) => store.readStream(stream, options),
    readAll: (options) => store.readAll(options),
    readAt: (positions) => store.readAt(positions),
    subscribe: (options, signal) => followed(store, news, options, signal),
    head: () => store.head(),
    positionAt: (recordedAtMs) => store.positionAt(recordedAtMs),
    readSalted: (options) => store.readSalted(options),
    saltedAt: (positions) => store.saltedAt(positions),
    takeOver: (events) => store.takeOver(events),
    close: async () => {
      await news.close();
      await store.close();
    },
  };
}

async function* followed(
  store: EventStore,
  news: News,
  { after = 0n, countMax = Infinity, types }: ReadAllOptions,
  signal: AbortSignal,
): AsyncGenerator<StoredEvent> {
  let reached = after;
  let left = countMax;
  const wanted = types === undefined ? undefined : new Set(types);
  while (!signal.aborted && left > 0) {
    const seen = news.count;
    for await (const event of store.readAll({ after: reached })) {
      if (signal.aborted) return;
      reached = event.position;
      if (wanted?.has(event.type) === false) continue;
      yield event;
      if (--left <= 0) return;
    }
    await news.since(seen, signal);
  }
}

/** Tells that a ledger has grown, to all who wait for it. */
class News {
  /** How often it has told. */
  count = 0;
  private readonly waiting = new Set<() => void>();
  private readonly stop = new AbortController();
  private following: Promise<void> | undefined;

  constructor(private readonly store: EventStore) {}

  /** Resolves when it has told again since it had told so often, at the latest after {@link LOOK_MS} or an abort. */
  async since(count: number, signal: AbortSignal): Promise<void> {
    this.following ??= this.follow();
    if (this.count !== count) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, LOOK_MS);
      signal.addEventListener('abort', end, { once: true });
      this.waiting.add(end);
      if (signal.aborted) end();
    });
  }

  async close(): Promise<void> {
    this.stop.abort();
    this.tell();
    await this.following;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      try {
        const { position: after } = await this.store.head();
        this.tell();
        for await (const _event of this.store.subscribe({ after }, signal)) this.tell();
      } catch {
        // Nothing is lost: who waits looks by itself, and hears what the store does not answer from its own read.
      }
      await pause(AGAIN_MS, signal);
    }
  }

  private tell(): void {
    this.count++;
    for (const end of [...this.waiting]) end();
  }
}

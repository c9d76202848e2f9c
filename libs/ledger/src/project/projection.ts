import { setImmediate as otherWork, setTimeout as sleep } from 'node:timers/promises';
import { RapportError, type View } from '@rapport/kernel';
import type { RebuildProgress } from '../ledger.js';
import type { ParkedKey, ViewStore } from '../ports/index.js';
import { positionOfViews } from './copies.js';
import type { Lag, Projector } from './projector.js';

/** How the ledger reaches whatever keeps its views up to date: in this thread, in another one, or in another process. */
export interface Projection {
  /**
   * Tells it that the ledger has grown.
   * @param isAwaited whether somebody waits for the views: then it follows at once
   */
  wake(isAwaited?: boolean): void;
  /** Calls back with the position that every live view reflects whenever it moves; gives a function that ends this. */
  onMoved(listener: (position: bigint) => void): () => void;
  rebuild(
    names: readonly string[],
    onProgress: (progress: RebuildProgress) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  retry(view: string, key?: string): Promise<readonly ParkedKey[]>;
  close(): Promise<void>;
}

/** How long to rest when there is nothing to do and nobody wakes us. */
const IDLE_MS = 500;
/**
 * How long it rests once it has caught up, unless somebody waits: a ledger that grows steadily is followed a few times a
 * second, and not in transactions for a handful of events each, which cost the cores that record them. After a batch of
 * many events it rests longer: the more come together, the less each costs. When a ledger that stood still has grown by a
 * burst, more is on its way, and the rest comes first.
 */
const REST = { afterFewMs: 250, afterManyMs: 500, manyEvents: 1_000, burstEvents: 100 } as const;
/** How long to wait after a failure, doubling up to the longest. */
const BACKOFF_MS = { first: 100, longest: 10_000 } as const;

/** Views are far behind when they lack so many events, and so large a share of those they reflect. */
const FAR_BEHIND = { eventsMin: 20_000, percentMin: 20 } as const;
/**
 * A ledger that takes so many events between two looks grows too fast to be followed, once views lack so many; after the
 * rest before a burst fewer show it. This long it is let be.
 */
const GROWTH = {
  lagMin: 12_000,
  burstLagMin: 6_000,
  lookAfterMs: 150,
  eventsMin: 750,
  waitMsMax: 20_000,
} as const;

/** Whether building anew is cheaper than feeding what is lacking. */
const isFar = ({ events, reflected }: Lag): boolean =>
  events >= FAR_BEHIND.eventsMin && events * 100 >= reflected * FAR_BEHIND.percentMin;

/**
 * Runs a projector in this thread until it is closed: follows the ledger, builds what is missing, and after a failure
 * goes on from the last checkpoint with backoff. One that has lost its lease ends: another process goes on.
 */
export class RunningProjection implements Projection {
  private readonly listeners = new Set<(position: bigint) => void>();
  private readonly stop = new AbortController();
  private wakeUp: (() => void) | undefined;
  private hurryUp: (() => void) | undefined;
  private woken = false;
  private isAwaited = false;
  private stoodStill = false;
  /** How long a ledger that grows is still let grow; as long as ever once the views have caught up or were built. */
  private patienceMs: number = GROWTH.waitMsMax;
  private readonly finished: Promise<void>;

  /** @param onFailure hears of every failure; the projector goes on all the same, but for a lost lease */
  constructor(
    private readonly projector: Projector,
    missing: readonly string[],
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.finished = this.run(missing);
  }

  wake(isAwaited = false): void {
    this.woken = true;
    this.wakeUp?.();
    if (!isAwaited) return;
    this.isAwaited = true;
    this.hurryUp?.();
  }

  onMoved(listener: (position: bigint) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async rebuild(
    names: readonly string[],
    onProgress: (progress: RebuildProgress) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const either = signal === undefined ? this.stop.signal : AbortSignal.any([signal, this.stop.signal]);
    await this.projector.rebuild(names, onProgress, either);
  }

  retry(view: string, key?: string): Promise<readonly ParkedKey[]> {
    return this.projector.retry(view, key);
  }

  async close(): Promise<void> {
    this.stop.abort(
      new RapportError('SHUTTING_DOWN', 'The ledger is closing: the rebuild can be started again.'),
    );
    this.wake(true);
    await this.finished;
    await this.projector.close();
  }

  private async run(missing: readonly string[]): Promise<void> {
    const { signal } = this.stop;
    let unbuilt = missing;
    let backoffMs: number = BACKOFF_MS.first;
    while (!signal.aborted) {
      try {
        this.woken = false;
        const lag = await this.lagOnceCalm();
        this.isAwaited = false;
        if (isFar(lag)) {
          await this.projector.catchUpByBuilding(signal);
          this.patienceMs = GROWTH.waitMsMax; // the next build would be of more still: it may be worth another wait
          this.tell();
        }
        const moved = await this.projector.step();
        this.stoodStill = moved === 0;
        if (moved > 0) this.tell();
        else if (unbuilt.length > 0) {
          await this.projector.rebuild(unbuilt, () => undefined, signal);
          unbuilt = [];
          this.tell();
        } else await this.rest(IDLE_MS);
        backoffMs = BACKOFF_MS.first;
        if (moved === 0) continue;
        const restMs = moved < REST.manyEvents ? REST.afterFewMs : REST.afterManyMs;
        await (moved < lag.events || this.isAwaited ? otherWork() : this.pace(restMs));
      } catch (error) {
        if (signal.aborted) return;
        this.onFailure(error);
        if (error instanceof RapportError && error.code === 'LEASE_LOST') return; // what it knows is out of date
        await this.rest(backoffMs);
        backoffMs = Math.min(backoffMs * 2, BACKOFF_MS.longest);
      }
    }
  }

  /**
   * What the views lack. While they lack much and the ledger still grows fast it is let grow: each build would be followed
   * by the next, and the cores are the writer's.
   */
  private async lagOnceCalm(): Promise<Lag> {
    const { signal } = this.stop;
    let lag = await this.projector.lag();
    let lagMin: number = GROWTH.lagMin;
    if (this.stoodStill && lag.events >= REST.burstEvents && !this.isAwaited) {
      await this.pace(REST.afterFewMs);
      lag = await this.projector.lag();
      lagMin = GROWTH.burstLagMin;
    }
    if (lag.events < lagMin) this.patienceMs = GROWTH.waitMsMax;
    while (lag.events >= lagMin && this.patienceMs > 0) {
      const before = lag;
      await sleep(GROWTH.lookAfterMs, undefined, { signal });
      lag = await this.projector.lag();
      const isGrowing = lag.events - before.events >= GROWTH.eventsMin;
      this.patienceMs = isGrowing ? this.patienceMs - GROWTH.lookAfterMs : 0;
    }
    return lag;
  }

  private tell(): void {
    for (const listener of this.listeners) listener(this.projector.position);
  }

  /** Rests so long, unless somebody waits. */
  private pace(ms: number): Promise<void> {
    return sleepUnless(ms, (end) => (this.hurryUp = end));
  }

  private rest(ms: number): Promise<void> {
    return this.woken ? Promise.resolve() : sleepUnless(ms, (end) => (this.wakeUp = end));
  }
}

/** Sleeps so long, or until it is ended. @param giveEnd is given what ends it */
const sleepUnless = (ms: number, giveEnd: (end: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    giveEnd(() => {
      clearTimeout(timer);
      resolve();
    });
  });

/** The views as another process keeps them: looked at again and again. */
export class WatchedProjection implements Projection {
  private readonly listeners = new Set<(position: bigint) => void>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    store: ViewStore,
    registry: readonly View[],
    onFailure: (error: unknown) => void,
    everyMs = 50,
  ) {
    this.timer = setInterval(() => {
      if (this.listeners.size === 0) return;
      positionOfViews(store, registry).then(
        (position) => this.listeners.forEach((listener) => listener(position)),
        onFailure,
      );
    }, everyMs);
    this.timer.unref();
  }

  wake(): void {}

  onMoved(listener: (position: bigint) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  rebuild(): Promise<void> {
    return Promise.reject(readOnly());
  }

  retry(): Promise<readonly ParkedKey[]> {
    return Promise.reject(readOnly());
  }

  close(): Promise<void> {
    clearInterval(this.timer);
    return Promise.resolve();
  }
}

const readOnly = (): RapportError =>
  new RapportError(
    'STORE_READ_ONLY',
    'This process reads only: ask the server that holds the ledger, or stop it first.',
  );

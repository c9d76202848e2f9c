import { RapportError, type RecordedEvent, type View } from '@rapport/kernel';
import type { RebuildProgress } from '../ledger.js';
import type { Change, ParkedKey, ViewVersion } from '../ports/index.js';
import { History } from '../resolve/history.js';
import { applyBatch, contentOfKey, type Target } from './apply.js';
import { clearingOf } from './clearing.js';
import { CopyBuilder, type Reached } from './build-copies.js';
import { parkedKeysOf } from './parked-keys.js';
import { ProjectorLease } from './projector-lease.js';
import type { ProjectorOptions } from './projector-options.js';
import { progressOf } from './progress.js';
import { readBatch } from './read-batch.js';
import { Resolver, type ResolvedBatch } from './batch.js';
import { refOf, shapeOf, viewVersionOf } from './copies.js';

/** Events of a batch at most. */
const BATCH_SIZE = 10_000;

/** How far the views are behind. */
export interface Lag {
  readonly events: number;
  readonly reflected: number;
}

/**
 * Feeds every view from the ledger, in batches, each saved together with its checkpoint. Nothing but this writes views.
 */
export class Projector {
  private readonly history: History;
  private readonly resolver: Resolver;
  private readonly live = new Map<string, Target>();
  private readonly lease: ProjectorLease;
  private readonly builder: CopyBuilder;
  private checkpoint = 0n;
  private eventCount = 0;
  private turn: Promise<unknown> = Promise.resolve();
  /** Whether a save has failed whose outcome nobody here knows: a store behind a network may have made it all the same. */
  private isUncertain = false;

  constructor(private readonly options: ProjectorOptions) {
    this.history = new History(options.events, options.views, options.kinds);
    this.resolver = new Resolver(options.events, options.views, this.history);
    this.lease = new ProjectorLease(options);
    this.builder = new CopyBuilder(options, this.lease);
  }

  /** The position that every live view reflects. */
  get position(): bigint {
    return this.checkpoint;
  }

  /**
   * Takes the lease and finds out where the views stand. Views that are new, or whose version has changed, are not live
   * until they are built: their names are given back.
   * @throws RapportError `LEASE_LOST` while another owner holds the lease
   */
  async open(): Promise<readonly string[]> {
    const { views, registry } = this.options;
    await this.lease.renew();
    const versions = await views.versions();
    const empty = (await views.indexCheckpoint()) === 0n && versions.every(({ state }) => state !== 'live');
    const missing: string[] = [];
    for (const view of registry) {
      const live = versions.find(({ name, state }) => name === view.name && state === 'live');
      if (live !== undefined && viewVersionOf(live) === view.version) await this.adopt(view, live);
      else if (empty) await this.startEmpty(view, versions);
      else missing.push(view.name);
    }
    await this.takeUpCheckpoint();
    return missing;
  }

  /** Applies the next batch to every live view; gives the number of events in it. */
  step(): Promise<number> {
    return this.exclusively(async () => {
      if (this.isUncertain) await this.lookAgain();
      const recorded = await this.read(this.checkpoint);
      if (recorded.length === 0) return 0;
      const batch = await this.resolver.resolve(recorded, this.checkpoint);
      const events = this.eventCount + recorded.length;
      this.isUncertain = true;
      await this.save([...this.live.values()], batch, events, true);
      this.isUncertain = false;
      this.checkpoint = batch.until;
      this.eventCount = events;
      if (batch.index.merges.length > 0) this.history.refresh();
      return recorded.length;
    });
  }

  /** Applies batches until the views reflect the end of the ledger. */
  async catchUp(signal?: AbortSignal): Promise<void> {
    while (!(signal?.aborted ?? false) && (await this.step()) > 0);
  }

  /** How many events the views lack, and how many they reflect. */
  async lag(): Promise<Lag> {
    const { count } = await this.options.events.head();
    return { events: Math.max(0, count - this.eventCount), reflected: this.eventCount };
  }

  /**
   * Builds new copies of these views beside the live ones and swaps them in at once, while `step` goes on in between.
   * An abort leaves the live ones as they are.
   */
  rebuild(
    names: readonly string[],
    onProgress?: (progress: RebuildProgress) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.build(names, { position: this.checkpoint, events: this.eventCount }, onProgress, signal);
  }

  /**
   * Brings views that are far behind to the end of the ledger at once: only the engine's index is fed what they lack, and
   * the views are built anew from it. That costs a fraction of feeding them event by event, as long as they lack much of
   * what there is.
   */
  async catchUpByBuilding(signal?: AbortSignal): Promise<void> {
    const names = [...this.live.keys()];
    await this.build(names, await this.indexToTheEnd(signal), undefined, signal);
  }

  private async build(
    names: readonly string[],
    from: Reached,
    onProgress: ((progress: RebuildProgress) => void) | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { views, now } = this.options;
    const targets = await this.exclusively(() => this.builder.start(names));
    const startedAtMs = now();
    let { position, events: done } = from;
    const told = (filled: number): void => {
      const total = Math.max(this.eventCount, from.events);
      onProgress?.(progressOf(Math.min(filled, total), total, now() - startedAtMs));
    };
    await this.builder.fill(targets, from, signal, told);
    for (let finished = false; !finished;) {
      signal?.throwIfAborted();
      finished = await this.exclusively(async () => {
        const recorded = (await this.read(position)).filter((event) => event.position <= this.checkpoint);
        if (recorded.length > 0) {
          const batch = await this.resolver.resolve(recorded, position);
          done += recorded.length;
          await this.save(targets, batch, done, false);
          position = batch.until;
        }
        if (position < this.checkpoint) return false;
        for (const target of targets) {
          await views.swap(target.ref, await this.lease.renew());
          this.live.set(target.view.name, target);
        }
        if (position > this.checkpoint) {
          this.checkpoint = position;
          this.eventCount = done;
        }
        return true;
      });
      told(done);
    }
    await this.exclusively(() => this.builder.dropRetired(names));
  }

  /** Feeds the engine's index alone until nothing more is there; gives where that is. */
  private async indexToTheEnd(signal: AbortSignal | undefined): Promise<Reached> {
    let { checkpoint: position, eventCount: events } = this;
    for (let finished = false; !finished;) {
      signal?.throwIfAborted();
      finished = await this.exclusively(async () => {
        const recorded = await readBatch(this.options.events, position, BATCH_SIZE);
        if (recorded.length === 0) return true;
        const { index, until } = await this.resolver.resolve(recorded, position);
        position = until;
        events += recorded.length;
        const lease = await this.lease.renew();
        await this.options.views.save({ views: [], index, checkpoint: position, events, lease });
        if (index.merges.length > 0) this.history.refresh();
        return recorded.length < BATCH_SIZE;
      });
    }
    return { position, events };
  }

  /** Folds parked keys again; gives those that are still parked. */
  retry(name: string, key?: string): Promise<readonly ParkedKey[]> {
    return this.exclusively(async () => {
      const { views } = this.options;
      const target = this.live.get(name);
      if (target === undefined)
        throw new RapportError(
          'VIEW_NOT_FOUND',
          `There is no live view ${name}: see the catalogue of views.`,
        );
      const knowledge = await this.history.knowledge(this.checkpoint);
      for (const parked of [...target.parked.values()].filter(
        (park) => key === undefined || park.key === key,
      )) {
        const events = await this.history.ofKey(parked.key, knowledge);
        let changes: readonly Change[];
        try {
          changes = contentOfKey(target.view, parked.key, events);
        } catch {
          continue; // still not digestible: it stays parked, with its first error
        }
        await views.unpark(
          target.ref,
          parked.key,
          [...(await clearingOf(views, target, parked.key)), ...changes],
          await this.lease.renew(),
        );
        target.parked.delete(parked.key);
      }
      return views.parked(name);
    });
  }

  /**
   * Prolongs the lease, also while a batch is under way: for owners whom others wait to follow, and who may have nothing
   * to write for longer than it is granted.
   * @throws RapportError `LEASE_LOST`
   */
  async keepLease(): Promise<void> {
    await this.lease.prolong();
  }

  async close(): Promise<void> {
    await this.exclusively(() => this.lease.release());
  }

  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined); // its own caller hears of a failure; the next turn is not its business
    return mine;
  }

  private read(after: bigint): Promise<readonly RecordedEvent[]> {
    const { events, batchSize = BATCH_SIZE } = this.options;
    return readBatch(events, after, batchSize);
  }

  private async save(
    targets: readonly Target[],
    batch: ResolvedBatch,
    events: number,
    withIndex: boolean,
  ): Promise<void> {
    const views = [];
    for (const target of targets)
      views.push({
        view: target.ref,
        ...(await applyBatch(target, batch, this.options.views, this.history)),
      });
    await this.options.views.save({
      views,
      ...(withIndex ? { index: batch.index } : {}),
      checkpoint: batch.until,
      events,
      lease: await this.lease.renew(),
    });
  }

  private async adopt(view: View, live: ViewVersion): Promise<void> {
    await this.options.views.declare(shapeOf(view, live.version));
    const ref = refOf(live);
    this.live.set(view.name, { view, ref, parked: await parkedKeysOf(this.options.views, ref) });
  }

  private async startEmpty(view: View, versions: readonly ViewVersion[]): Promise<void> {
    const target = await this.builder.startOne(view, versions);
    await this.options.views.swap(target.ref, await this.lease.renew());
    this.live.set(view.name, target);
  }

  /** Finds out again where the views stand: going on from where they stood before would count a batch twice. */
  private async lookAgain(): Promise<void> {
    for (const [name, target] of this.live)
      this.live.set(name, { ...target, parked: await parkedKeysOf(this.options.views, target.ref) });
    await this.takeUpCheckpoint();
    this.isUncertain = false;
  }

  private async takeUpCheckpoint(): Promise<void> {
    const versions = (await this.options.views.versions()).filter(
      ({ name, version }) => this.live.get(name)?.ref.version === version,
    );
    this.checkpoint = await this.options.views.indexCheckpoint();
    for (const { checkpoint } of versions) if (checkpoint < this.checkpoint) this.checkpoint = checkpoint;
    this.eventCount = versions.find(({ checkpoint }) => checkpoint === this.checkpoint)?.events ?? 0;
  }
}

import { RapportError, type RecordedEvent, type View } from '@rapport/kernel';
import type { RebuildProgress } from '../ledger.js';
import type { Change, Lease, ParkedKey, ViewVersion } from '../ports/index.js';
import { History } from '../resolve/history.js';
import { applyBatch, contentOfKey, type Target } from './apply.js';
import { clearingOf } from './clearing.js';
import { fillOf, keyChunks } from './fill.js';
import type { ProjectorOptions } from './projector-options.js';
import { progressOf } from './progress.js';
import { readBatch } from './read-batch.js';
import { Resolver, type ResolvedBatch } from './batch.js';
import { nextCopy, refOf, shapeOf, viewVersionOf } from './copies.js';

/** Long enough for a slow batch, short enough that another worker takes over soon. */
const LEASE_TTL_MS = 15_000;
/** Events of a batch: few while the views keep up, so that they are never far behind; more the further they are. */
const BATCH_SIZE = { keepingUp: 2_000, catchingUp: 10_000 } as const;

/**
 * Feeds every view from the ledger, in batches, each saved together with its checkpoint. Nothing but this writes views.
 */
export class Projector {
  private readonly history: History;
  private readonly resolver: Resolver;
  private readonly live = new Map<string, Target>();
  private lease: Lease | undefined;
  private checkpoint = 0n;
  private eventCount = 0;
  private batchSize: number = BATCH_SIZE.keepingUp;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ProjectorOptions) {
    this.history = new History(options.events, options.views, options.kinds);
    this.resolver = new Resolver(options.events, options.views, this.history);
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
    await this.renewLease();
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
      const recorded = await this.read(this.checkpoint);
      if (recorded.length === 0) return 0;
      const batch = await this.resolver.resolve(recorded, this.checkpoint);
      const events = this.eventCount + recorded.length;
      await this.save([...this.live.values()], batch, events, true);
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

  /**
   * Builds new copies of these views beside the live ones and swaps them in at once, while `step` goes on in between.
   * An abort leaves the live ones as they are.
   */
  async rebuild(
    names: readonly string[],
    onProgress?: (progress: RebuildProgress) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { views } = this.options;
    const targets = await this.exclusively(() => this.startCopies(names));
    const startedAtMs = this.options.now();
    const told = (): void =>
      onProgress?.(
        progressOf(Math.min(done, this.eventCount), this.eventCount, this.options.now() - startedAtMs),
      );
    let position = this.checkpoint;
    let done = this.eventCount;
    await this.fill(targets, position, done, signal, (filled) => {
      done = filled;
      told();
    });
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
          await views.swap(target.ref, await this.renewLease());
          this.live.set(target.view.name, target);
        }
        return true;
      });
      told();
    }
    await this.exclusively(() => this.dropRetired(names));
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
          await this.renewLease(),
        );
        target.parked.delete(parked.key);
      }
      return views.parked(name);
    });
  }

  async close(): Promise<void> {
    await this.exclusively(async () => {
      if (this.lease !== undefined) await this.options.views.release(this.lease);
      this.lease = undefined;
    });
  }

  /** Fills copies key by key with what the ledger held at a position, and sets their checkpoint there. */
  private async fill(
    targets: readonly Target[],
    position: bigint,
    events: number,
    signal: AbortSignal | undefined,
    onFilled: (events: number) => void,
  ): Promise<void> {
    const { views } = this.options;
    let done = 0;
    for await (const keys of keyChunks(views)) {
      signal?.throwIfAborted();
      await this.exclusively(async () => {
        const knowledge = await this.history.knowledge(position);
        for (const filled of await fillOf(keys, targets, knowledge, views, this.history)) {
          await views.fill({ views: filled.views, position, lease: await this.renewLease() });
          done += filled.events;
        }
      });
      onFilled(done);
    }
    const empty = targets.map(({ ref }) => ({ view: ref, changes: [] }));
    await this.exclusively(async () =>
      views.save({ views: empty, checkpoint: position, events, lease: await this.renewLease() }),
    );
    onFilled(events);
  }

  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined); // its own caller hears of a failure; the next turn is not its business
    return mine;
  }

  private async renewLease(): Promise<Lease> {
    const { views, owner, now } = this.options;
    if (this.lease !== undefined && this.lease.expiresAtMs - now() > LEASE_TTL_MS / 2) return this.lease;
    const lease = await views.lease('projector', owner, LEASE_TTL_MS);
    if (lease === undefined)
      throw new RapportError(
        'LEASE_LOST',
        'Another process keeps the views of this ledger up to date: it goes on, this one must not.',
      );
    this.lease = lease;
    return lease;
  }

  private async read(after: bigint): Promise<readonly RecordedEvent[]> {
    const { events, batchSize } = this.options;
    const recorded = await readBatch(events, after, batchSize ?? this.batchSize);
    this.batchSize =
      recorded.length < this.batchSize
        ? BATCH_SIZE.keepingUp
        : Math.min(this.batchSize * 2, BATCH_SIZE.catchingUp);
    return recorded;
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
      lease: await this.renewLease(),
    });
  }

  private async adopt(view: View, live: ViewVersion): Promise<void> {
    await this.options.views.declare(shapeOf(view, live.version));
    const parked = (await this.options.views.parked(view.name)).filter(
      ({ version }) => version === live.version,
    );
    this.live.set(view.name, {
      view,
      ref: refOf(live),
      parked: new Map(parked.map((park) => [park.key, park])),
    });
  }

  private async startEmpty(view: View, versions: readonly ViewVersion[]): Promise<void> {
    const target = await this.startCopy(view, versions);
    await this.options.views.swap(target.ref, await this.renewLease());
    this.live.set(view.name, target);
  }

  private async startCopies(names: readonly string[]): Promise<readonly Target[]> {
    const versions = await this.options.views.versions();
    const targets: Target[] = [];
    for (const name of names) {
      const view = this.options.registry.find((other) => other.name === name);
      if (view === undefined)
        throw new RapportError('VIEW_NOT_FOUND', `There is no view ${name}: see the catalogue of views.`);
      targets.push(await this.startCopy(view, versions));
    }
    return targets;
  }

  private async startCopy(view: View, versions: readonly ViewVersion[]): Promise<Target> {
    const ref = { name: view.name, version: nextCopy(view, versions) };
    await this.options.views.declare(shapeOf(view, ref.version));
    await this.options.views.build(ref, await this.renewLease());
    return { view, ref, parked: new Map() };
  }

  private async dropRetired(names: readonly string[]): Promise<void> {
    for (const version of await this.options.views.versions()) {
      if (version.state === 'retired' && names.includes(version.name))
        await this.options.views.drop(refOf(version), await this.renewLease());
    }
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

import { setImmediate as otherWork } from 'node:timers/promises';
import { RapportError, type View } from '@rapport/kernel';
import type { ViewVersion } from '../ports/index.js';
import type { Target } from './apply.js';
import { nextCopy, refOf, shapeOf } from './copies.js';
import { KeyFiller, type Filler } from './fill.js';
import { keyChunks } from './key-histories.js';
import type { ProjectorLease } from './projector-lease.js';
import type { ProjectorOptions } from './projector-options.js';

/** Fewer events than these are folded before another thread has started. */
const EVENTS_FOR_THREADS_MIN = 20_000;

/** A place in the ledger, and how many events lie up to there. */
export interface Reached {
  readonly position: bigint;
  readonly events: number;
}

/** Begins copies of views beside the live ones, fills them, and removes those that they have replaced. */
export class CopyBuilder {
  constructor(
    private readonly options: ProjectorOptions,
    private readonly lease: ProjectorLease,
  ) {}

  /** @throws RapportError `VIEW_NOT_FOUND` */
  async start(names: readonly string[]): Promise<readonly Target[]> {
    const versions = await this.options.views.versions();
    const targets: Target[] = [];
    for (const name of names) {
      const view = this.options.registry.find((other) => other.name === name);
      if (view === undefined)
        throw new RapportError('VIEW_NOT_FOUND', `There is no view ${name}: see the catalogue of views.`);
      targets.push(await this.startOne(view, versions));
    }
    return targets;
  }

  async startOne(view: View, versions: readonly ViewVersion[]): Promise<Target> {
    const { views } = this.options;
    const ref = { name: view.name, version: nextCopy(view, versions) };
    await views.declare(shapeOf(view, ref.version));
    await views.build(ref, await this.lease.renew());
    return { view, ref, parked: new Map() };
  }

  /** Fills copies key by key with what the ledger held at a position, and sets their checkpoint there. */
  async fill(
    targets: readonly Target[],
    { position, events }: Reached,
    signal: AbortSignal | undefined,
    onFilled: (events: number) => void,
  ): Promise<void> {
    const { views } = this.options;
    const copies = targets.map(({ ref }) => ref);
    const fillers = this.fillers(events);
    const chunks = keyChunks(views);
    let done = 0;
    const work = async (filler: Filler): Promise<void> => {
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
        signal?.throwIfAborted();
        const lease = await this.lease.renew();
        const filled = await filler.fill({ keys: next.value, copies, position, lease });
        filled.parked.forEach((parks, index) => {
          for (const one of parks) targets[index]?.parked.set(one.key, one);
        });
        done += filled.events;
        onFilled(done);
        await otherWork(); // other threads ask for their next chunk
      }
    };
    try {
      await Promise.all(
        fillers.flatMap((filler) => Array.from({ length: filler.chunksAtOnce }, () => work(filler))),
      );
    } finally {
      await Promise.all(fillers.map((filler) => filler.close()));
    }
    const empty = targets.map(({ ref }) => ({ view: ref, changes: [] }));
    await views.save({ views: empty, checkpoint: position, events, lease: await this.lease.renew() });
    onFilled(events);
  }

  async dropRetired(names: readonly string[]): Promise<void> {
    const { views } = this.options;
    for (const version of await views.versions()) {
      if (version.state === 'retired' && names.includes(version.name))
        await views.drop(refOf(version), await this.lease.renew());
    }
  }

  /** This thread, and others where there is enough to do for them. */
  private fillers(events: number): readonly Filler[] {
    const { startFillers } = this.options;
    const others = startFillers === undefined || events < EVENTS_FOR_THREADS_MIN ? [] : startFillers();
    return [new KeyFiller(this.options), ...others];
  }
}

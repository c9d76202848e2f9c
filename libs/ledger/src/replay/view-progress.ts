import type { View } from '@rapport/kernel';
import type { RebuildProgress, ViewHealth } from '../ledger.js';
import type { EventStore, ViewStore } from '../ports/index.js';
import { viewVersionOf } from '../project/copies.js';

/** A view that has not moved for so long, although there is something to do, is said not to move. */
const STALLED_AFTER_MS = 30_000;

/** How far each view has come, and whether it moves. */
export class ViewProgress {
  private readonly seen = new Map<string, { position: bigint; sinceMs: number }>();

  constructor(
    private readonly events: EventStore,
    private readonly store: ViewStore,
    private readonly views: readonly View[],
    private readonly now: () => number,
  ) {}

  async health(rebuilding: ReadonlyMap<string, RebuildProgress>): Promise<readonly ViewHealth[]> {
    const head = await this.events.head();
    const parked = await this.store.parked();
    const nowMs = this.now();
    const health: ViewHealth[] = [];
    for (const copy of await this.store.versions()) {
      if (copy.state === 'retired' || !this.views.some(({ name }) => name === copy.name)) continue;
      const lagEvents = Math.max(0, head.count - copy.events);
      const rebuild = copy.state === 'building' ? rebuilding.get(copy.name) : undefined;
      health.push({
        view: copy.name,
        version: viewVersionOf(copy),
        state: copy.state,
        position: copy.checkpoint,
        lagEvents,
        lagSeconds: lagEvents === 0 ? 0 : await this.lagSeconds(copy.checkpoint, nowMs),
        parked: parked.filter(({ view, version }) => view === copy.name && version === copy.version).length,
        moving: this.moves(`${copy.name} ${copy.version}`, copy.checkpoint, lagEvents, nowMs),
        ...(rebuild === undefined ? {} : { rebuild }),
      });
    }
    return health;
  }

  /** How many events lie after a position, as far as is worth counting. */
  async lagOf(position: bigint): Promise<number> {
    const reflected = (await this.store.versions()).find(({ checkpoint }) => checkpoint === position);
    const { count } = await this.events.head();
    return reflected === undefined ? 0 : Math.max(0, count - reflected.events);
  }

  private async lagSeconds(checkpoint: bigint, nowMs: number): Promise<number> {
    for await (const next of this.events.readAll({ after: checkpoint, countMax: 1 }))
      return Math.max(0, Math.round((nowMs - next.recordedAtMs) / 1000));
    return 0;
  }

  private moves(copy: string, position: bigint, lagEvents: number, nowMs: number): boolean {
    const before = this.seen.get(copy);
    if (before === undefined || before.position !== position || lagEvents === 0) {
      this.seen.set(copy, { position, sinceMs: nowMs });
      return true;
    }
    return nowMs - before.sinceMs < STALLED_AFTER_MS;
  }
}

import type { Kinds, View } from '@rapport/kernel';
import type { EventStore, ViewStore } from '../ports/index.js';
import type { Filler } from './fill.js';

/** What a projector is made of. */
export interface ProjectorOptions {
  readonly events: EventStore;
  readonly views: ViewStore;
  readonly registry: readonly View[];
  readonly kinds: Kinds;
  /** Who takes the lease; the same name takes it back at once after a crash. */
  readonly owner: string;
  /** How long the lease is granted for: after a crash another owner waits so long. 15 s unless given. */
  readonly leaseTtlMs?: number;
  readonly now: () => number;
  /** Starts threads that help to build copies; without them the projector does it alone. */
  readonly startFillers?: () => readonly Filler[];
  /** At most so many events a batch. */
  readonly batchSize?: number;
}

export * from './ledger.js';
export * from './open-ledger.js';
export * from './ports/index.js';
export { KeyFiller, type Filled, type Filler, type FillRequest } from './project/fill.js';
export { RunningProjection, WatchedProjection, type Projection } from './project/projection.js';
export { Projector } from './project/projector.js';
export type { ProjectorOptions } from './project/projector-options.js';
export { eventSealer } from './seal/event-sealer.js';
export { leafOf } from './seal/leaf-of-event.js';

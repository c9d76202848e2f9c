import { RapportError, type View } from '@rapport/kernel';
import {
  WatchedProjection,
  type ParkedKey,
  type Projection,
  type RebuildProgress,
  type ViewStore,
} from '@rapport/ledger';
import { reportFailure } from '../report-failure.js';
import type { Worklist } from './worklist.js';

/** The views as a worker keeps them: looked at again and again, and rebuilt by it when asked. */
export class RequestingProjection implements Projection {
  private readonly stop = new AbortController();
  private readonly watched: WatchedProjection;

  constructor(
    store: ViewStore,
    registry: readonly View[],
    private readonly work: Worklist,
  ) {
    this.watched = new WatchedProjection(store, registry, reportFailure);
  }

  wake(): void {} // the worker follows the ledger by itself

  onMoved(listener: (position: bigint) => void): () => void {
    return this.watched.onMoved(listener);
  }

  async rebuild(
    names: readonly string[],
    onProgress: (progress: RebuildProgress) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.work.done({ op: 'rebuild', names }, this.orStopped(signal), onProgress);
  }

  async retry(view: string, key?: string): Promise<readonly ParkedKey[]> {
    const asked = { op: 'retry', view, ...(key === undefined ? {} : { key }) } as const;
    return (await this.work.done(asked, this.orStopped())).parked;
  }

  async close(): Promise<void> {
    this.stop.abort(
      new RapportError('SHUTTING_DOWN', 'The ledger is closing: the rebuild can be started again.'),
    );
    await this.watched.close();
  }

  private orStopped(signal?: AbortSignal): AbortSignal {
    return signal === undefined ? this.stop.signal : AbortSignal.any([signal, this.stop.signal]);
  }
}

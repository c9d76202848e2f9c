import type { RunningWorker } from '@rapport/profiles';

/** Where a worker tells of its health. */
export interface HealthAddress {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/** What the parts of one running worker share. */
export class WorkerContext {
  private stopping = false;

  constructor(
    readonly worker: RunningWorker,
    readonly address: HealthAddress,
  ) {}

  get isStopping(): boolean {
    return this.stopping;
  }

  stop(): void {
    this.stopping = true;
  }
}

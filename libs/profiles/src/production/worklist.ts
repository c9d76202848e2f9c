import { RapportError } from '@rapport/kernel';
import type { RebuildProgress } from '@rapport/ledger';
import type { Work, WorkRequests, WorkState } from '@rapport/store-mongodb';
import { reportFailure } from '../report-failure.js';
import { pause } from './pause.js';

/** How often somebody who has asked looks. */
const LOOK_MS = 100;
/** A worker takes a request on within a second; where none does for so long, none is there. */
const TAKEN_ON_MS_MAX = 20_000;

type Done = Extract<WorkState, { readonly state: 'done' }>;

/** Asks the worker that looks after a tenant for work, and waits for it. */
export class Worklist {
  constructor(
    private readonly tenant: string,
    private readonly requests: WorkRequests,
  ) {}

  /**
   * Has work done. An abort takes the request back.
   * @throws RapportError of the work; `STORE_UNAVAILABLE` when no worker takes it on
   */
  async done(
    work: Work,
    signal?: AbortSignal,
    onProgress: (progress: RebuildProgress) => void = () => undefined,
  ): Promise<Done> {
    signal?.throwIfAborted();
    const askedAtMs = performance.now();
    const id = await this.requests.ask(work);
    try {
      for (;;) {
        await pause(LOOK_MS, signal);
        signal?.throwIfAborted();
        const told = await this.requests.look(id);
        switch (told?.state) {
          case 'done':
            return told;
          case 'failed':
            throw new RapportError(told.code, told.message);
          case 'running':
            if (told.progress !== undefined) onProgress(told.progress);
            break;
          case 'asked':
            if (performance.now() - askedAtMs > TAKEN_ON_MS_MAX) throw this.nobody();
            break;
          case undefined:
            throw new RapportError('STORE_UNAVAILABLE', 'What was asked of the worker is gone: ask again.');
        }
      }
    } finally {
      await this.requests.remove(id).catch(reportFailure); // it is taken away when it is old
    }
  }

  private nobody(): RapportError {
    return new RapportError(
      'STORE_UNAVAILABLE',
      `No worker looks after ${this.tenant}: start one (\`rapport doctor\` shows those that run), and ask again.`,
    );
  }
}

import { Injectable } from '@nestjs/common';
import type { Ledger, RebuildProgress } from '@rapport/ledger';
import { rejectionOfError } from '../errors/rejection-of-error.js';
import { describeError } from '../server/log.js';
import { ServerContext } from '../server/server-context.js';

/** A rebuild as it is shown: it goes on after the answer that started it. */
export interface RebuildJob {
  readonly view: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly progress?: RebuildProgress;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Rebuilds under way and the last one of every view. */
@Injectable()
export class RebuildJobs {
  private readonly jobs = new Map<string, RebuildJob>();

  constructor(private readonly context: ServerContext) {}

  last(ledger: Ledger, view: string): RebuildJob | undefined {
    return this.jobs.get(keyOf(ledger, view));
  }

  /** Starts a rebuild, or gives the one that is running already. */
  start(ledger: Ledger, view: string): RebuildJob {
    const key = keyOf(ledger, view);
    const known = this.jobs.get(key);
    if (known?.state === 'running') return known;
    const job: RebuildJob = { view, state: 'running', startedAt: new Date().toISOString() };
    this.jobs.set(key, job);
    void this.run(ledger, key, job);
    return job;
  }

  private async run(ledger: Ledger, key: string, job: RebuildJob): Promise<void> {
    const update = (change: Partial<RebuildJob>): void => {
      this.jobs.set(key, { ...(this.jobs.get(key) ?? job), ...change });
    };
    try {
      await ledger.rebuild(job.view, (_view, progress) => update({ progress }), this.context.stopSignal);
      update({ state: 'done', finishedAt: new Date().toISOString() });
    } catch (error) {
      const rejection = rejectionOfError(error);
      if (rejection === undefined)
        this.context.settings.log({ level: 'error', event: 'incident', ...describeError(error) });
      const { code, message } = rejection ?? {
        code: 'INTERNAL',
        message: 'The rebuild failed: look into the log of the server.',
      };
      update({ state: 'failed', finishedAt: new Date().toISOString(), error: { code, message } });
    }
  }
}

const keyOf = (ledger: Ledger, view: string): string => `${ledger.tenant}/${view}`;

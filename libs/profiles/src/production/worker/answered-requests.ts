import { RapportError } from '@rapport/kernel';
import type { Projection, RebuildProgress } from '@rapport/ledger';
import type { TakenRequest, Work, WorkRequests, WorkState } from '@rapport/store-mongodb';
import type { TenantProver } from '../../prove/tenant-prover.js';
import { pause } from '../pause.js';

const LOOK_MS = 200;
/** How often progress is told, and looked whether whoever asked still waits. */
const TELL_MS = 250;
const AGE_MS_MAX = 24 * 3_600_000;

export interface AnsweredRequestsParts {
  readonly requests: WorkRequests;
  readonly projection: Projection;
  readonly prover: Pick<TenantProver, 'sealNow'>;
  readonly onFailure: (error: unknown) => void;
}

/** Does what other processes ask of the worker of a tenant, several requests side by side. */
export class AnsweredRequests {
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(private readonly parts: AnsweredRequestsParts) {}

  /** Until it is stopped: what is under way then is left for whoever takes over, who begins it again. */
  async run(signal: AbortSignal): Promise<void> {
    const { requests, onFailure } = this.parts;
    let isFirst = true;
    while (!signal.aborted) {
      try {
        if (isFirst) await requests.removeOlderThan(AGE_MS_MAX);
        isFirst = false;
        const taken = await requests.take([...this.underWay.keys()]);
        if (taken !== undefined) this.begin(taken, signal);
        else await pause(LOOK_MS, signal);
      } catch (error) {
        onFailure(error);
        await pause(LOOK_MS, signal);
      }
    }
    await Promise.allSettled(this.underWay.values());
  }

  private begin(taken: TakenRequest, signal: AbortSignal): void {
    const answering = this.answer(taken, signal)
      .catch(this.parts.onFailure)
      .finally(() => this.underWay.delete(taken.id));
    this.underWay.set(taken.id, answering);
  }

  private async answer({ id, work }: TakenRequest, stop: AbortSignal): Promise<void> {
    const { requests } = this.parts;
    const unwanted = new AbortController();
    let progress: RebuildProgress | undefined;
    const tell = async (): Promise<void> => {
      const told: WorkState = { state: 'running', ...(progress === undefined ? {} : { progress }) };
      if (!(await requests.tell(id, told)))
        unwanted.abort(new RapportError('SHUTTING_DOWN', 'Nobody waits for it any more.'));
    };
    let told: Promise<void> = Promise.resolve(); // one after the other, or the end might be overwritten
    const telling = setInterval(() => {
      told = told.then(tell).catch(this.parts.onFailure);
    }, TELL_MS);
    let end: WorkState;
    try {
      end = await this.done(work, AbortSignal.any([stop, unwanted.signal]), (now) => (progress = now));
    } catch (error) {
      if (stop.aborted || unwanted.signal.aborted) return;
      end = failed(error);
      if (end.code === 'INTERNAL' || end.code === 'LEASE_LOST') this.parts.onFailure(error);
      if (end.code === 'LEASE_LOST') return; // whoever has taken over does it
    } finally {
      clearInterval(telling);
    }
    await told;
    await requests.tell(id, end);
  }

  private async done(
    work: Work,
    signal: AbortSignal,
    onProgress: (progress: RebuildProgress) => void,
  ): Promise<WorkState> {
    const { projection, prover } = this.parts;
    switch (work.op) {
      case 'rebuild':
        await projection.rebuild(work.names, onProgress, signal);
        return { state: 'done', parked: [] };
      case 'retry':
        return { state: 'done', parked: await projection.retry(work.view, work.key) };
      case 'seal':
        await prover.sealNow();
        return { state: 'done', parked: [] };
    }
  }
}

function failed(error: unknown): Extract<WorkState, { readonly state: 'failed' }> {
  if (error instanceof RapportError) return { state: 'failed', code: error.code, message: error.message };
  return {
    state: 'failed',
    code: 'INTERNAL',
    message: 'The worker could not do what was asked: look into its log.',
  };
}

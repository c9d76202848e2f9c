import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { RapportError } from '@rapport/kernel';
import type { Filled, Filler, FillRequest } from '@rapport/ledger';
import { threadFile, YOUNG_GENERATION, type ThreadFailure } from './thread.js';

/** Whose views a thread helps to build. */
export interface FillThreadData {
  readonly tenant: string;
  readonly folder: string;
  /** Shared by all who write the views file: whose turn it is. */
  readonly turn: SharedArrayBuffer;
}

export interface FillAsk {
  readonly call: number;
  readonly request: FillRequest;
}

export type FillAnswer =
  | { readonly call: number; readonly filled: Filled }
  | { readonly call: number; readonly failure: ThreadFailure };

/** More would wait for each other: they write in turn. */
const THREADS_MAX = 3;

/** Starts threads that fill copies beside the projector: one for every further core. */
export const startFillThreads = (data: FillThreadData): readonly Filler[] =>
  Array.from({ length: Math.min(THREADS_MAX, availableParallelism() - 1) }, () => new FillThread(data));

/** The one under way, and those at hand while the projector's thread is busy with its own. */
const CHUNKS_AT_ONCE = 3;

interface Call {
  readonly resolve: (filled: Filled) => void;
  readonly reject: (error: unknown) => void;
}

class FillThread implements Filler {
  readonly chunksAtOnce = CHUNKS_AT_ONCE;
  private readonly worker: Worker;
  private readonly calls = new Map<number, Call>();
  private lastCall = 0;
  private failure: unknown;

  constructor(data: FillThreadData) {
    this.worker = new Worker(threadFile('fill'), { workerData: data, resourceLimits: YOUNG_GENERATION });
    this.worker.on('message', (answer: FillAnswer) => this.hear(answer));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', (code) => this.fail(new Error(`exit ${code}`)));
  }

  fill(request: FillRequest): Promise<Filled> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const call = ++this.lastCall;
    return new Promise((resolve, reject) => {
      this.calls.set(call, { resolve, reject });
      this.worker.postMessage({ call, request } satisfies FillAsk);
    });
  }

  async close(): Promise<void> {
    this.worker.removeAllListeners('exit');
    await this.worker.terminate();
    this.fail(new RapportError('SHUTTING_DOWN', 'The build was stopped: the live views are as they were.'));
  }

  private hear(answer: FillAnswer): void {
    const call = this.calls.get(answer.call);
    this.calls.delete(answer.call);
    if ('filled' in answer) call?.resolve(answer.filled);
    else call?.reject(new RapportError(answer.failure.code, answer.failure.message));
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    for (const call of this.calls.values()) call.reject(this.failure);
    this.calls.clear();
  }
}

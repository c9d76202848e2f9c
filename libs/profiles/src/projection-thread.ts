import { Worker } from 'node:worker_threads';
import { RapportError } from '@rapport/kernel';
import type { ParkedKey, Projection, RebuildProgress } from '@rapport/ledger';
import type { Ask, Say } from './projection-messages.js';
import { endProcess, reportFailure } from './report-failure.js';
import { threadFile, YOUNG_GENERATION } from './thread.js';

interface Call {
  readonly resolve: (parked: readonly ParkedKey[]) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress?: (progress: RebuildProgress) => void;
}

/** Keeps the views of every open tenant up to date in one worker thread of low priority, beside the server. */
export class ProjectionThread {
  private readonly worker = new Worker(threadFile('projection'), { resourceLimits: YOUNG_GENERATION });
  private readonly calls = new Map<number, Call>();
  private readonly tenants = new Map<string, ThreadedProjection>();
  private lastCall = 0;
  private failure: RapportError | undefined;

  constructor() {
    this.worker.on('message', (say: Say) => this.hear(say));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', (code) => this.fail(new Error(`exit ${code}`)));
    this.worker.unref();
  }

  async open(tenant: string, folder: string): Promise<Projection> {
    const projection = new ThreadedProjection(tenant, this);
    this.tenants.set(tenant, projection);
    await this.ask((call) => ({ op: 'open', call, tenant, folder }));
    return projection;
  }

  /** Brings the completeness map of an open tenant to the end of its log. */
  async advanceMap(tenant: string, signal: AbortSignal): Promise<void> {
    await this.ask((call) => ({ op: 'map', call, tenant }), undefined, signal);
  }

  send(ask: Ask): void {
    this.worker.postMessage(ask);
  }

  ask(
    question: (call: number) => Ask,
    onProgress?: Call['onProgress'],
    signal?: AbortSignal,
  ): Promise<readonly ParkedKey[]> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const call = ++this.lastCall;
    const abort = (): void => this.send({ op: 'abort', call });
    signal?.addEventListener('abort', abort, { once: true });
    this.worker.ref(); // the process stays for an answer it waits for
    return new Promise<readonly ParkedKey[]>((resolve, reject) => {
      this.calls.set(call, { resolve, reject, ...(onProgress === undefined ? {} : { onProgress }) });
      this.send(question(call));
    }).finally(() => {
      signal?.removeEventListener('abort', abort);
      this.calls.delete(call);
      if (this.calls.size === 0) this.worker.unref();
    });
  }

  async close(): Promise<void> {
    this.failure ??= new RapportError('SHUTTING_DOWN', 'The ledger is closing.');
    this.worker.removeAllListeners('exit');
    await this.worker.terminate();
  }

  private hear(say: Say): void {
    switch (say.op) {
      case 'moved':
        this.tenants.get(say.tenant)?.moved(say.position);
        break;
      case 'progress':
        this.calls.get(say.call)?.onProgress?.(say.progress);
        break;
      case 'done':
        this.calls.get(say.call)?.resolve(say.parked ?? []);
        break;
      case 'failed':
        this.calls.get(say.call)?.reject(new RapportError(say.code, say.message));
        break;
    }
  }

  /** The thread is gone: whoever waits is told, and the process ends with an error rather than with views that stand still. */
  private fail(error: unknown): void {
    this.failure = new RapportError(
      'INTERNAL',
      'The thread that keeps the views up to date has ended: start the server again.',
      { cause: error },
    );
    for (const call of this.calls.values()) call.reject(this.failure);
    reportFailure(error);
    endProcess(this.failure);
  }
}

/** The thread is told at most so often that the ledger has grown: waking it costs as much as recording an event. */
const WAKE_EVERY_MS = 25;

class ThreadedProjection implements Projection {
  private readonly listeners = new Set<(position: bigint) => void>();
  private wokenAtMs = 0;
  private waking: NodeJS.Timeout | undefined;
  private isHurrying = false;

  constructor(
    private readonly tenant: string,
    private readonly thread: ProjectionThread,
  ) {}

  wake(isAwaited = false): void {
    if (isAwaited) return this.hurry();
    this.waking ??= setTimeout(
      () => {
        this.waking = undefined;
        this.wokenAtMs = performance.now();
        this.thread.send({ op: 'wake', tenant: this.tenant, isAwaited: false });
      },
      this.wokenAtMs + WAKE_EVERY_MS - performance.now(),
    ).unref();
  }

  /** Once for all who begin to wait in this turn. */
  private hurry(): void {
    if (this.isHurrying) return;
    this.isHurrying = true;
    setImmediate(() => {
      this.isHurrying = false;
      this.thread.send({ op: 'wake', tenant: this.tenant, isAwaited: true });
    });
  }

  moved(position: bigint): void {
    for (const listener of this.listeners) listener(position);
  }

  onMoved(listener: (position: bigint) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async rebuild(
    names: readonly string[],
    onProgress: (progress: RebuildProgress) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.thread.ask(
      (call) => ({ op: 'rebuild', call, tenant: this.tenant, names }),
      onProgress,
      signal,
    );
  }

  retry(view: string, key?: string): Promise<readonly ParkedKey[]> {
    return this.thread.ask((call) => ({ op: 'retry', call, tenant: this.tenant, view, key }));
  }

  async close(): Promise<void> {
    await this.thread.ask((call) => ({ op: 'close', call, tenant: this.tenant }));
  }
}

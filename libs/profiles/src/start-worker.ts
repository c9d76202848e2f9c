import type { ProductionOptions } from './production/production-options.js';
import type { RunningWorker } from './production/worker/open-worker.js';
import { reportFailure } from './report-failure.js';

export type { ProductionOptions } from './production/production-options.js';
export type { RunningWorker, WorkerHealth } from './production/worker/open-worker.js';
export type { TenantWorkHealth } from './production/worker/tenant-work.js';

/**
 * Starts a worker of the production profile, which is loaded only then: see `openWorker`.
 * @param onFailure is told what broke in the background, and of which tenant; the worker tries again by itself
 * @throws RapportError `STORE_UNAVAILABLE` when MongoDB does not answer, `INVALID_CONFIGURATION`
 * @example
 * const worker = await startWorker({ eventStoreDb, mongoDb, keysDir });
 */
export async function startWorker(
  options: ProductionOptions,
  onFailure: (error: unknown, tenant?: string) => void = reportFailure,
): Promise<RunningWorker> {
  const { openWorker } = await import('./production/worker/open-worker.js');
  return openWorker(options, onFailure);
}

import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { startWorker, type ProductionOptions } from '@rapport/profiles';
import { HealthServer } from './health-server.js';
import { WorkerContext, type HealthAddress } from './worker-context.js';
import { WorkerModule } from './worker.module.js';

/** A worker that runs and tells of its health. */
export interface ServedWorker {
  /** Where it tells of its health: `http://127.0.0.1:7071`. */
  readonly url: string;
  /** Names it among all workers. */
  readonly owner: string;
  /** Finishes the batches under way, gives back what it holds, and stops. */
  close(): Promise<void>;
}

/**
 * Starts a worker with its health server.
 * @throws RapportError `STORE_UNAVAILABLE`, `INVALID_CONFIGURATION`
 * @example const worker = await serveWorker(options, { host: '127.0.0.1', port: 7071 });
 */
export async function serveWorker(
  options: ProductionOptions,
  address: HealthAddress,
  onFailure?: (error: unknown, tenant?: string) => void,
): Promise<ServedWorker> {
  const worker = await startWorker(options, onFailure);
  try {
    const module = WorkerModule.of(new WorkerContext(worker, address));
    const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    return { url: app.get(HealthServer).url, owner: worker.owner, close: () => app.close() };
  } catch (error) {
    await worker.close();
    throw error;
  }
}

import { RapportError } from '@rapport/kernel';
import { configurationOf } from '@rapport/profiles';
import { serveWorker } from './index.js';

// A worker process: configured by its environment, stopped by SIGTERM or Ctrl-C.
const say = (text: string): boolean => process.stderr.write(`${new Date().toISOString()} ${text}\n`);

try {
  const configuration = configurationOf(process.env);
  if (configuration.profile !== 'production')
    throw new RapportError(
      'INVALID_CONFIGURATION',
      'RAPPORT_PROFILE is not "production": the embedded profile has no worker, its server keeps the views itself.',
    );
  const { workerHost: host, workerPort: port } = configuration;
  const worker = await serveWorker(configuration, { host, port });
  process.stdout.write(`${JSON.stringify({ url: worker.url, worker: worker.owner, pid: process.pid })}\n`);
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    say('Stopping: finishing the batches under way.');
    await worker.close();
    say('Stopped.');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(
      signal,
      () =>
        void stop().catch((error: unknown) => {
          say(textOf(error));
          process.exitCode = 1;
        }),
    );
} catch (error) {
  say(textOf(error));
  process.exitCode = 1;
}

function textOf(error: unknown): string {
  if (error instanceof RapportError) return `${error.code}: ${error.message}`;
  return `INTERNAL: ${error instanceof Error ? `${error.name}: ${error.message}` : 'unknown failure'}`;
}

import { configurationOf, openRapport } from '@rapport/profiles';
import { startServer } from './index.js';

// For `nest start`; `rapport serve` starts the same server with options and a start-up message.
const configuration = configurationOf(process.env);
const rapport = await openRapport(configuration, 'serve');
const server = await startServer({
  rapport,
  port: Number(process.env['PORT'] ?? 4000),
  drainMs: configuration.drainMs,
  log: (line) => process.stderr.write(`${JSON.stringify(line)}\n`),
});
process.stdout.write(`${server.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());

import { openEmbedded } from '@rapport/profiles';
import { startServer } from './index.js';

// For `nest start`; `rapport serve` starts the same server with options and a start-up message.
const rapport = await openEmbedded({ dataDir: process.env['RAPPORT_DATA'] ?? './data', projector: 'thread' });
const server = await startServer({
  rapport,
  port: Number(process.env['PORT'] ?? 4000),
  log: (line) => process.stderr.write(`${JSON.stringify(line)}\n`),
});
process.stdout.write(`${server.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());

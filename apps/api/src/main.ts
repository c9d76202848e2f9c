import { openEmbedded } from '@rapport/profiles';
import { startServer } from './index.js';

// For `nest start`; `rapport serve` starts the same server with options and a start-up message.
const { RAPPORT_DATA, RAPPORT_KEYS, RAPPORT_ERASURE_APPROVAL } = process.env;
const rapport = await openEmbedded({
  dataDir: RAPPORT_DATA ?? './data',
  ...(RAPPORT_KEYS === undefined ? {} : { keysDir: RAPPORT_KEYS }),
  erasureApproval: RAPPORT_ERASURE_APPROVAL === 'required',
  projector: 'thread',
});
const server = await startServer({
  rapport,
  port: Number(process.env['PORT'] ?? 4000),
  log: (line) => process.stderr.write(`${JSON.stringify(line)}\n`),
});
process.stdout.write(`${server.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());

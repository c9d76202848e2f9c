import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';

export function addServe(program: Command): Command {
  const command = addCommand(program, 'serve', {
    summary: 'Serve the ledger over HTTP',
    details:
      'The first start of an empty data folder brings a living example into the tenant "sample". Stop with Ctrl-C: what was acknowledged is safe. With RAPPORT_PROFILE=production it serves EventStoreDB and MongoDB, beside any number of others; a worker keeps the views.',
    examples: [
      ['rapport serve', 'http://127.0.0.1:7070, data in ./data'],
      ['rapport serve --port 0 --no-sample', 'any free port, no example'],
      ['rapport serve --data /var/lib/rapport', 'another data folder'],
    ],
  })
    .option('--port <port>', 'port to listen on, 0 for any free one (env RAPPORT_PORT, default 7070)')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--allow-remote', 'listen on an address that others can reach; put TLS and a proxy in front')
    .option('--no-sample', 'bring no example into an empty data folder')
    .option('--log', 'write a log line for every request to stderr, as JSON');
  return runs(command, async () => (await import('./serve.run.js')).runServe);
}

// A real server in a process of its own, which projects and commits in its own thread or in others. Says its address on stdout; ends when stdin closes. The line `makeRoom` on stdin
// removes the file `ballast` from the data folder.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startServer } from '@rapport/api';
import { announce, openEmbedded } from '@rapport/profiles';

const [dataDir, projector] = process.argv.slice(2);
try {
  const rapport = await openEmbedded({ dataDir, projector });
  const server = await startServer({ rapport, port: 0 });
  await announce(dataDir, server.url);
  process.stdout.write(`${server.url}\n`);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    if (line !== 'makeRoom') return;
    rmSync(join(dataDir, 'ballast'));
    process.stdout.write('madeRoom\n');
  });
  lines.on('close', () => void server.close().finally(() => process.exit()));
} catch (error) {
  process.stdout.write(`${JSON.stringify({ code: error.code ?? 'none', message: error.message })}\n`);
  process.exitCode = 1;
}

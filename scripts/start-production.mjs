// `npm run start:production`: one server and one worker of the production profile as processes, configured by the
// environment, their output side by side. Ctrl-C or SIGTERM stops both; when one ends, so does the other.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureReady, root } from './ensure-ready.mjs';

ensureReady();
const env = { ...process.env, RAPPORT_PROFILE: 'production' };
const programs = [
  { name: 'worker', args: [join(root, 'apps', 'worker', 'dist', 'main.js')] },
  { name: 'api', args: [join(root, 'apps', 'cli', 'dist', 'main.js'), 'serve', ...process.argv.slice(2)] },
];
const children = new Map();

let stopping = false;

/** Once: a second signal means to whoever gets it that it should not finish what is under way. */
function stopAll() {
  if (stopping) return;
  stopping = true;
  for (const child of children.values()) child.kill('SIGTERM');
}

for (const { name, args } of programs) {
  // A group of its own, so that Ctrl-C reaches it once, from here.
  const child = spawn(process.execPath, args, {
    cwd: process.cwd(),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  children.set(name, child);
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])
    createInterface({ input: from }).on('line', (line) => to.write(`${name.padEnd(6)} | ${line}\n`));
  child.on('exit', (code, signal) => {
    children.delete(name);
    process.stderr.write(`${name.padEnd(6)} | ended (${signal ?? code})\n`);
    if (code !== 0) process.exitCode = 1;
    stopAll();
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopAll());

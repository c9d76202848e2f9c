// `npm test [-- a spec, a name, any Jest option]`: makes the checkout ready, then runs the specs.
// With --as-is (`npm run test:only`) it runs them without building first.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureReady, root } from './ensure-ready.mjs';

const args = process.argv.slice(2);
const asIs = args.includes('--as-is');
ensureReady({ build: !asIs });

const nodeOptions = [
  process.env.NODE_OPTIONS,
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
];
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const child = spawn(process.execPath, [jest, ...args.filter((arg) => arg !== '--as-is')], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, NODE_OPTIONS: nodeOptions.filter(Boolean).join(' ') },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));

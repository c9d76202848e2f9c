// `npm start`: makes the checkout ready, then becomes `rapport serve` with the arguments given. The command runs
// in this very process, so signals and the exit code need no forwarding.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureReady, root } from './ensure-ready.mjs';

ensureReady();
const main = join(root, 'apps', 'cli', 'dist', 'main.js');
// Source maps make every module slower to load: only who looks at stacks pays for them.
if (process.env.RAPPORT_DEBUG) process.setSourceMapsEnabled(true);
process.argv = [process.execPath, main, 'serve', ...process.argv.slice(2)];
await import(pathToFileURL(main).href);

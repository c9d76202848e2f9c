// `npm run check`: every gate in turn, stopping at the first that fails. The tests come last, so
// the last line of a good run is theirs.
import { ensureReady, npm } from './ensure-ready.mjs';

const steps = [
  ['format', ['run', '--silent', 'format:check']],
  ['types', ['run', '--silent', 'types']], // before lint, which reads the types of what has been built
  ['lint', ['run', '--silent', 'lint']],
  ['boundaries', ['run', '--silent', 'boundaries']],
  ['deadcode', ['run', '--silent', 'deadcode']],
  ['test', ['test', '--silent']],
];

ensureReady({ build: false });
for (const [name, args] of steps) {
  console.log(`\n== ${name}`);
  const status = npm(args);
  if (status !== 0) {
    // After the tests their own closing line stays the last one on stdout.
    console.error(`check failed at: ${name}`);
    process.exit(status);
  }
}

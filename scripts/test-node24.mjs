// `npm run test:node24 [-- a spec, any Jest option]`: runs the whole suite on the next long-term Node without
// touching this checkout. The working tree is copied aside and installed there, so that native modules are
// compiled for that Node, against the headers that come with it.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root } from './ensure-ready.mjs';

const release = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}@24.9.0`;
const nodeHome = install(release);
const copy = mkdtempSync(join(tmpdir(), 'rapport-node24-'));
// An interrupted run cleans up as well: process.exit runs the exit handler.
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

copyWorkingTree();
const env = {
  ...process.env,
  PATH: [join(nodeHome, 'bin'), process.env.PATH].join(delimiter),
  npm_config_nodedir: nodeHome,
  npm_config_build_from_source: 'true',
  RAPPORT_TEST_DATA: process.env.RAPPORT_TEST_DATA ?? join(root, '..', 'shared', 'data'),
};
say(`running on Node ${execFileSync('node', ['-p', 'process.versions.node'], { env }).toString().trim()}`);
must(run('npm', ['ci', '--prefer-offline', '--loglevel=error'], copy));
process.exitCode = run('npm', ['test', '--silent', '--', ...process.argv.slice(2)], copy);

function install(spec) {
  const cache = join(root, 'node_modules', '.cache', 'node24');
  const home = join(cache, 'node_modules', spec.slice(0, spec.lastIndexOf('@')));
  if (existsSync(join(home, 'bin', 'node'))) return home;
  say(`fetching ${spec}`);
  mkdirSync(cache, { recursive: true });
  must(run('npm', ['install', '--prefix', cache, '--no-save', '--ignore-scripts', spec], cache, process.env));
  return home;
}

function copyWorkingTree() {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  });
  const files = listed
    .toString()
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(root, name)));
  for (const name of files) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    cpSync(join(root, name), join(copy, name));
  }
  // Some specs ask git which files belong to the project.
  execFileSync('git', ['init', '--quiet'], { cwd: copy });
  execFileSync('git', ['add', '--all'], { cwd: copy });
}

function run(command, args, cwd, environment = env) {
  const shell = process.platform === 'win32';
  return spawnSync(command, args, { cwd, env: environment, stdio: 'inherit', shell }).status ?? 1;
}

function must(status) {
  if (status !== 0) process.exit(status);
}

function say(sentence) {
  process.stderr.write(`test:node24: ${sentence}\n`);
}

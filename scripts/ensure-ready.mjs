// Makes a checkout ready to run: the right Node, the locked dependencies, a current build. Each step is skipped
// when it has nothing to do, so calling this first costs next to nothing. Uses nothing but Node itself, because
// it runs before anything is installed. It talks on stderr: stdout belongs to the program that follows.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const nodeModules = join(root, 'node_modules');
const installStamp = join(nodeModules, '.rapport-lock');
const buildStamp = join(nodeModules, '.cache', 'rapport-build');

/** Brings the checkout up to date, or ends the process with one clear sentence. */
export function ensureReady({ build = true } = {}) {
  refuseOldNode();
  ensureInstalled();
  if (build) ensureBuilt();
}

/** Forgets what was built, so that the next start compiles. */
export function forgetBuild() {
  rmSync(buildStamp, { force: true });
}

/** Runs npm with the Node this process runs on. */
export function npm(args, options = {}) {
  const cli = process.env.npm_execpath ?? '';
  return cli.endsWith('.js') || cli.endsWith('.cjs')
    ? run(process.execPath, [cli, ...args], options)
    : run('npm', args, { shell: process.platform === 'win32', ...options });
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(`Rapport needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
}

function ensureInstalled() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  const abi = process.versions.modules;
  const [stampedHash, stampedAbi] = read(installStamp).split(' ');
  if (stampedHash === hash && stampedAbi === abi) return;

  if (!matchesInstalled(JSON.parse(lock.toString()))) {
    say('Installing the locked dependencies (npm ci); the first time takes a few minutes.');
    // Answers go to stderr as well, and development tools are part of a working checkout.
    must(npm(['ci', '--include=dev', '--loglevel=error'], toStderr), 'npm ci failed.');
  } else if (stampedAbi !== undefined && stampedAbi !== abi) {
    say(`Compiling native modules again for Node ${process.versions.node} (npm rebuild).`);
    must(npm(['rebuild'], toStderr), 'npm rebuild failed.');
  }
  writeFileSync(installStamp, `${hash} ${abi}`);
}

/** Whether what is installed is what the lock file says; npm keeps its own account of it in node_modules. */
function matchesInstalled(lock) {
  const account = read(join(nodeModules, '.package-lock.json'));
  if (account === '') return false;
  const installed = JSON.parse(account).packages;
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.optional)
    .every(([path, entry]) => {
      const found = installed[path];
      return found !== undefined && found.version === entry.version && found.resolved === entry.resolved;
    });
}

function ensureBuilt() {
  const rooms = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')).references.map((r) => r.path);
  const fingerprint = fingerprintOf(rooms);
  const built = rooms.every((room) => existsSync(join(root, room, 'dist')));
  if (built && read(buildStamp) === fingerprint) return;

  say('Compiling what changed (tsc -b).');
  const tsc = join(nodeModules, 'typescript', 'bin', 'tsc');
  must(run(process.execPath, [tsc, '-b'], toStderr), 'The build failed; the messages above say where.');
  mkdirSync(dirname(buildStamp), { recursive: true });
  // The fingerprint was taken before compiling: a file saved meanwhile makes the next start compile again.
  writeFileSync(buildStamp, fingerprint);
}

function fingerprintOf(rooms) {
  const hash = createHash('sha256');
  const note = (path) => {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  };
  ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json'].forEach((name) => note(join(root, name)));
  for (const room of rooms) {
    ['package.json', 'tsconfig.json'].forEach((name) => note(join(root, room, name)));
    filesUnder(join(root, room, 'src'))
      .filter((path) => !path.endsWith('.spec.ts'))
      .forEach(note);
  }
  return hash.digest('hex');
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

const toStderr = { stdio: ['ignore', 2, 2] };

function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) say(error.message);
  return status ?? 1;
}

function must(status, sentence) {
  if (status !== 0) stop(sentence);
}

function stop(sentence) {
  say(sentence);
  process.exit(1);
}

function say(sentence) {
  process.stderr.write(`rapport: ${sentence}\n`);
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureReady();

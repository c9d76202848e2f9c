// `npm run check:image`: runs the steps of the Dockerfile in a temporary folder, without Docker, and starts what comes out.
// So it is seen that what the image holds suffices: what `.dockerignore` lets through builds, and what the last stage copies
// runs. What only a container shows (users, mounts, limits) it does not see.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const START_MS_MAX = 60_000;
/** Steps that prepare the system of an image, not what is in it. */
const OF_THE_SYSTEM = /^(apt-get|mkdir -p \/var\/lib\/rapport)/;

const folder = mkdtempSync(join(tmpdir(), 'rapport-image-'));
try {
  const image = build(instructionsOf(readFileSync(join(root, 'Dockerfile'), 'utf8')));
  await start(image);
  console.log('The image holds what it needs.');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The instructions, continued lines joined, comments left out. */
function instructionsOf(text) {
  return text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name, ...rest] = line.trim().split(/\s+/);
      return { name, words: rest, text: rest.join(' ') };
    });
}

/** Carries out every stage; gives the folder of the last. A path `/rapport/…` of the image lies in the folder of its stage. */
function build(instructions) {
  const stages = new Map();
  let stage;
  for (const { name, words, text } of instructions) {
    switch (name) {
      case 'FROM':
        stage = join(folder, words[2] ?? 'last');
        stages.set(words[2] ?? 'last', stage);
        mkdirSync(stage);
        break;
      case 'COPY':
        copy(stage, stages, words);
        break;
      case 'RUN':
        if (!OF_THE_SYSTEM.test(text)) run(text, stage);
        break;
      case 'WORKDIR':
        if (text !== '/rapport') throw new Error(`this script knows no other WORKDIR than /rapport: ${text}`);
        break;
    }
  }
  return stage;
}

function copy(stage, stages, words) {
  const from = words[0].startsWith('--from=') ? stages.get(words.shift().slice('--from='.length)) : undefined;
  const [source, target] = words;
  if (from === undefined)
    return cpSync(root, stage, { recursive: true, filter: (path) => isSent(relative(root, path)) });
  const path = join(from, source.replace(/^\/rapport\//, ''));
  cpSync(path, target.endsWith('/') ? join(stage, target, basename(path)) : join(stage, target), {
    recursive: true,
    verbatimSymlinks: true,
  });
}

/** Whether `.dockerignore` lets a path through: the last line that matches it decides, or one above it. */
function isSent(path) {
  if (path === '') return true;
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const allowed = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  let isIgnored = false;
  for (const line of lines) {
    const pattern = line.replace(/^!/, '');
    if (matches(pattern, path)) isIgnored = !line.startsWith('!');
  }
  // A folder on the way to something that is allowed has to be entered.
  return !isIgnored || allowed.some((pattern) => pattern.startsWith(`${path}/`));
}

function matches(pattern, path) {
  const expression = pattern
    .replaceAll('.', '\\.')
    .replaceAll('**/', '\u0000')
    .replaceAll('*', '[^/]*')
    .replaceAll('\u0000', '(.*/)?');
  return new RegExp(`^${expression}(/.*)?$`).test(path);
}

function run(command, cwd) {
  console.log(`RUN ${command}`);
  const { status } = spawnSync('sh', ['-c', command], { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`it failed: ${command}`);
}

/** Starts what the containers start, from what the image holds alone. */
async function start(image) {
  const left = readdirSync(join(image, 'node_modules')).filter((name) => ['jest', 'oxlint'].includes(name));
  if (left.length > 0) throw new Error(`development tools are left in the image: ${left}`);
  await served(image);
  worker(image);
}

async function served(image) {
  const data = join(folder, 'data');
  const child = spawn(
    process.execPath,
    ['apps/cli/bin/rapport.js', 'serve', '--port', '0', '--no-sample', '--json', '--data', data],
    { cwd: image, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const timer = setTimeout(() => child.kill(), START_MS_MAX);
  const ended = new Promise((done) => child.once('exit', done));
  let said = '';
  for await (const chunk of child.stdout) {
    said += chunk;
    if (!said.includes('\n')) continue;
    const { url } = JSON.parse(said.split('\n')[0]);
    run(`node scripts/healthy.mjs ${url}/readyz`, image);
    child.kill();
  }
  clearTimeout(timer);
  if ((await ended) !== 0 || said === '')
    throw new Error('`rapport serve` did not start and stop as it should');
  console.log('`rapport serve` answered and stopped.');
}

/** Without servers a worker says what is not configured: then everything that it needs was loaded. */
function worker(image) {
  const { stderr, status } = spawnSync(process.execPath, ['apps/worker/dist/main.js'], {
    cwd: image,
    env: { ...process.env, RAPPORT_PROFILE: 'production', RAPPORT_KEYS: join(folder, 'keys') },
    encoding: 'utf8',
    timeout: START_MS_MAX,
  });
  if (status === 0 || !stderr.includes('RAPPORT_EVENTSTOREDB')) throw new Error(`the worker said: ${stderr}`);
  console.log('The worker asked for its configuration.');
}

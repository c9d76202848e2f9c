import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';

/** The checkout. */
export const ROOT = resolve(import.meta.dirname, '..', '..');

const RAPPORT = join(ROOT, 'apps', 'cli', 'bin', 'rapport.js');

/** Chatter of npm about its own settings, which differ from machine to machine. */
const NPM_CHATTER = /^npm (warn|notice).*\n/gim;

/** `rapport serve` as a person starts it, from the built packages. */
export interface StartedCommand {
  readonly url: string;
  /** Everything it has said so far, on stdout and stderr. */
  said(): string;
  /** Resolves once it has said this. */
  hasSaid(text: string): Promise<void>;
  /** Stops it as Ctrl-C does; gives its exit code. */
  stop(): Promise<number | null>;
}

/** Starts `rapport serve` on a data folder and any free port. @throws Error with its words when it does not start */
export async function startCommand(dataDir: string): Promise<StartedCommand> {
  const child = spawn(process.execPath, [RAPPORT, 'serve', '--port', '0'], {
    cwd: ROOT,
    env: environmentOf(dataDir),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  const ended = endOf(child);
  const hasSaid = async (wanted: string): Promise<void> => {
    while (!text.includes(wanted)) {
      if (child.exitCode !== null) throw new Error(`the command ended: ${text}`);
      await new Promise((wake) => setTimeout(wake, 50));
    }
  };
  await hasSaid('Ctrl-C');
  const url = /http:\/\/[\w.]+:\d+/.exec(text)?.[0] ?? '';
  const stop = (): Promise<number | null> => {
    child.kill('SIGINT');
    return ended;
  };
  return { url, said: () => text, hasSaid, stop };
}

/** Runs a line of shell in the checkout; gives what it says on both outputs, without the chatter of npm. */
export async function runInShell(command: string, dataDir: string): Promise<string> {
  const child = spawn('sh', ['-c', `exec 2>&1\n${command}`], {
    cwd: ROOT,
    env: environmentOf(dataDir),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  await endOf(child);
  return text.replace(NPM_CHATTER, '');
}

const environmentOf = (dataDir: string): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_OPTIONS: '', // those of the specs are not those of a person
  RAPPORT_DATA: dataDir,
});

const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolveEnd, reject) => {
    child.once('error', reject).once('close', resolveEnd);
  });

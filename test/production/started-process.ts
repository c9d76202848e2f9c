import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../cli/rapport-command.js';

/** A server or worker of production in a process of its own. */
export interface StartedProcess {
  /** Where it serves, or tells of its health. */
  readonly url: string;
  /** What it has said so far, on both streams. */
  said(): string;
  /** Whether it has ended, for whatever reason. */
  hasEnded(): boolean;
  /** Asks it to stop, as an orchestrator does; gives its exit code. */
  stop(): Promise<number | null>;
  /** Kills it without warning. */
  kill(): Promise<void>;
  /** Freezes it where it stands. */
  freeze(): void;
  thaw(): void;
}

const WORKER = join(ROOT, 'apps', 'worker', 'dist', 'main.js');
const RAPPORT = join(ROOT, 'apps', 'cli', 'bin', 'rapport.js');

type Environment = Readonly<Record<string, string>>;

/** Starts a worker. @throws Error with its words when it does not start */
export const startedWorker = (environment: Environment): Promise<StartedProcess> =>
  started([WORKER], environment);

/** Starts `rapport serve`, on any port unless one is given. @throws Error with its words when it does not start */
export const startedApi = (environment: Environment, port = 0): Promise<StartedProcess> =>
  started([RAPPORT, 'serve', '--port', String(port), '--json'], environment);

async function started(args: readonly string[], environment: Environment): Promise<StartedProcess> {
  const child = spawn(process.execPath, ['--unhandled-rejections=strict', ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  let text = '';
  let url: string | undefined;
  child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more));
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    url ??= /"url":"([^"]+)"/.exec(text)?.[1];
  });
  while (url === undefined) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended: ${text}`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  return {
    url,
    said: () => text,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}

/** Looks until something holds. @throws Error that says what did not come */
export async function until(what: string, holds: () => Promise<boolean>, msMax = 60_000): Promise<void> {
  for (const startMs = performance.now(); !(await holds());) {
    if (performance.now() - startMs > msMax) throw new Error(`not within ${msMax} ms: ${what}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

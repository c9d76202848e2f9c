import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The checkout. */
export const ROOT = resolve(import.meta.dirname, '..', '..');

const RAPPORT = join(ROOT, 'apps', 'cli', 'bin', 'rapport.js');

/** The folder of real data; the specs that need it skip themselves where it is absent. */
export const DATA = process.env['RAPPORT_TEST_DATA'] ?? resolve(ROOT, '..', 'shared', 'data');
export const hasData = existsSync(DATA);

/** What a command said and how it ended. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly ms: number;
}

interface Options {
  readonly stdin?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Is told the process, for example to interrupt it. */
  readonly onStart?: (child: ChildProcess) => void;
}

const environmentOf = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_OPTIONS: '',
  RAPPORT_DATA: undefined,
  RAPPORT_PORT: undefined,
  ...more,
});

/** Runs the built command to its end. */
export function rapport(args: readonly string[], options: Options = {}): Promise<Said> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [RAPPORT, ...args], {
    env: environmentOf(options.environment),
    cwd: options.cwd ?? ROOT,
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  child.stdin.on('error', () => undefined).end(options.stdin ?? '');
  options.onStart?.(child);
  return new Promise((done, failed) => {
    child
      .once('error', failed)
      .once('close', (code, signal) => done({ ...said, code, signal, ms: performance.now() - startedMs }));
  });
}

/** The last line of stdout as JSON. */
export const jsonOf = ({ stdout, stderr }: Said): Record<string, unknown> => {
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (last === '') throw new Error(`the command said nothing on stdout, and on stderr: ${stderr}`);
  return JSON.parse(last) as Record<string, unknown>;
};

/** `rapport serve` while it runs. */
export interface ServedCommand {
  readonly url: string;
  readonly startMs: number;
  readonly said: () => string;
  /** Resolves once it has said this. @throws Error with its words when it ends before */
  readonly hasSaid: (text: string) => Promise<void>;
  /** Stops it as Ctrl-C does; gives its exit code. */
  readonly interrupt: () => Promise<number | null>;
  /** Kills it without warning. */
  readonly kill: () => Promise<void>;
}

/** Starts `rapport serve` on a data folder. @throws Error with its words when it does not start */
export async function serveCommand(
  dataDir: string,
  port = 0,
  args: readonly string[] = ['--no-sample'],
): Promise<ServedCommand> {
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [RAPPORT, 'serve', '--data', dataDir, '--port', String(port), ...args],
    { env: environmentOf(), cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  const hasSaid = async (wanted: string): Promise<void> => {
    while (!text.includes(wanted)) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended: ${text}`);
      await new Promise((wake) => setTimeout(wake, 10));
    }
  };
  await hasSaid('Ctrl-C');
  const stop = (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  return {
    url: /http:\/\/[\w.]+:\d+/.exec(text)?.[0] ?? '',
    startMs: performance.now() - startedMs,
    said: () => text,
    hasSaid,
    interrupt: () => stop('SIGINT'),
    kill: async () => void (await stop('SIGKILL')),
  };
}

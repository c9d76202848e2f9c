import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './rapport-command.js';

/** `rapport witness --listen` while it runs. */
export interface StartedWitness {
  readonly url: string;
  /** Resolves once it has said this. @throws Error with its words when it ends before */
  readonly hasSaid: (text: string) => Promise<void>;
  /** Stops it as Ctrl-C does; gives its exit code. */
  readonly interrupt: () => Promise<number | null>;
  /** Kills it without warning. */
  readonly kill: () => Promise<void>;
}

/** A busy machine takes its time. */
const SAY_MS_MAX = 60_000;

/** Starts a witness that listens on any free port. */
export async function startWitness(args: readonly string[]): Promise<StartedWitness> {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'apps', 'cli', 'bin', 'rapport.js'), 'witness', ...args, '--listen', '0'],
    { env: { ...process.env, NODE_OPTIONS: '' }, cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => (text += more));
  const hasSaid = async (wanted: string): Promise<void> => {
    const endMs = performance.now() + SAY_MS_MAX;
    while (!text.includes(wanted)) {
      if (performance.now() > endMs) throw new Error(`the witness did not say "${wanted}": ${text}`);
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the witness ended: ${text}`);
      await new Promise((wake) => setTimeout(wake, 10));
    }
  };
  await hasSaid('/add-checkpoint');
  const stop = (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  return {
    url: /http:\/\/[\w.]+:\d+/.exec(text)?.[0] ?? '',
    hasSaid,
    interrupt: () => stop('SIGINT'),
    kill: async () => void (await stop('SIGKILL')),
  };
}

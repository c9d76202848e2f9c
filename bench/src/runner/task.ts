import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Json } from '@rapport/kernel';

/**
 * Runs a task in a process of its own, so that nothing measured shares a heap or a thread with the runner, and gives
 * what the task answers. With RAPPORT_BENCH_PROF set to a folder every task leaves a CPU profile there.
 */
export function runTask<T>(name: string, input: Json, timeoutMs: number): Promise<T> {
  const child = start(name, input);
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the task ${name} took longer than ${timeoutMs} ms`));
    }, timeoutMs);
    let answer: { readonly value: T } | undefined;
    child.on('message', (message) => (answer = message as { readonly value: T }));
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (answer !== undefined && code === 0) resolve(answer.value);
      else reject(new Error(`the task ${name} ended with ${signal ?? code}`));
    });
  });
}

/** What `npm start` gives to Node. */
const SERVER_OPTIONS = ['--max-semi-space-size=64'];

export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts Rapport's server on a data folder in a process of its own, as `npm start` does. */
export async function serve(dataDir: string): Promise<RunningServer> {
  const child = start('serve', { dataDir }, SERVER_OPTIONS);
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { readonly value: string }).value));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it listened`)));
  });
  return {
    url,
    stop: async () => {
      const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
      child.disconnect(); // the server takes the end of the channel for the wish to stop
      await ended;
      clearTimeout(timer);
    },
  };
}

function start(name: string, input: Json, nodeOptions: readonly string[] = []): ChildProcess {
  const profiles = process.env['RAPPORT_BENCH_PROF'];
  return fork(fileURLToPath(new URL(`../tasks/${name}.task.js`, import.meta.url)), [JSON.stringify(input)], {
    execArgv: [
      ...nodeOptions,
      ...(profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]),
    ],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
}

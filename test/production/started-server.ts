import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** A server for specs that is killed, frozen and started again. */
export interface StartedServer {
  readonly port: number;
  kill(): void;
  freeze(): void;
  thaw(): void;
  /** Starts it again on the same data. */
  again(): Promise<void>;
}

/**
 * Starts a server on a free port.
 * @param command takes a port and a place for data, and prints a line with `ready … pid=N`
 */
export async function startedServer(command: string, data: string): Promise<StartedServer> {
  const port = await freePort();
  let pid = await start(command, port, data);
  const signal = (name: NodeJS.Signals): void => void process.kill(pid, name);
  return {
    port,
    kill: () => signal('SIGKILL'),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    again: async () => {
      pid = await start(command, port, data);
    },
  };
}

function start(command: string, port: number, data: string): Promise<number> {
  const [program = '', ...args] = command.split(' ');
  const child = spawn(program, [...args, String(port), data], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      const pid = /ready.* pid=(\d+)/.exec(text)?.[1];
      if (pid !== undefined) resolve(Number(pid));
    });
    child.once('close', () => reject(new Error(`${command} said: ${text}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}

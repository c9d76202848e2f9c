import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/**
 * A server of EventStoreDB or MongoDB that belongs to a spec, which may kill it, freeze it, and start it again on the same
 * data.
 */
export class OwnServer {
  private pid = 0;

  private constructor(
    private readonly command: string,
    readonly port: number,
    private readonly folder: string,
  ) {}

  /** @param command takes a port and where the data go, and prints a line with `pid=N` when the server is ready */
  static async start(command: string): Promise<OwnServer> {
    const folder = mkdtempSync(join(tmpdir(), 'rapport-own-server-'));
    const server = new OwnServer(command, await freePort(), folder);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const said = await new Promise<string>((resolve, reject) => {
      execFile(
        'sh',
        ['-c', `${this.command} "$@"`, 'sh', String(this.port), join(this.folder, 'data')],
        (error, out) => (error === null ? resolve(out) : reject(error)),
      );
    });
    this.pid = Number(/pid=(\d+)/.exec(said)?.[1]);
    if (!(this.pid > 0)) throw new Error(`the command that starts a server named no pid: ${said}`);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Sends a signal that ends it, and waits until it has ended. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.signal(signal);
    while (isRunning(this.pid)) await sleep(POLL_MS);
  }

  async remove(): Promise<void> {
    if (isRunning(this.pid)) await this.end('SIGKILL'); // a frozen one too
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

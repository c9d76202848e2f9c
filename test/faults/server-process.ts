import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('./server.mjs', import.meta.url));
const BOOT_MS_MAX = 30_000;
const STOP_MS_MAX = 15_000;

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Sends a line and waits for one. */
  ask(line: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a server on a data folder from the built packages.
 * @param wrap a shell script that prepares the surroundings and ends in `exec "$@"`
 * @param projector where it projects and commits: in its own thread, or in others as `rapport serve` does
 * @throws Error with the server's own words when it does not start
 */
export async function serverProcess(
  dataDir: string,
  wrap?: { readonly command: string; readonly args: readonly string[] },
  projector: 'inline' | 'thread' = 'inline',
): Promise<ServerProcess> {
  const own = [process.execPath, SERVER, dataDir, projector];
  const [command = '', ...args] = wrap === undefined ? own : [wrap.command, ...wrap.args, ...own];
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const timer = setTimeout(() => child.kill('SIGKILL'), BOOT_MS_MAX);
  const first = await lines.next();
  clearTimeout(timer);
  const said = first.done === true ? 'it said nothing' : first.value;
  if (!said.startsWith('http')) {
    await ended;
    throw new Error(said);
  }
  return {
    url: said,
    pid: child.pid ?? 0,
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      const answer = await lines.next();
      return answer.done === true ? '' : answer.value;
    },
    stop: async () => {
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      child.stdin.end();
      await ended;
      clearTimeout(late);
    },
  };
}

/** What the server answers, with its problem code when it is one. */
export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  contentType = 'application/cloudevents+json',
): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body });
  return answerOf(response.status, await response.text());
}

export async function get(url: string): Promise<Answer> {
  const response = await fetch(url);
  return answerOf(response.status, await response.text());
}

function answerOf(status: number, text: string): Answer {
  const body = JSON.parse(text === '' ? '{}' : text) as Answer['body'];
  return { status, code: typeof body['code'] === 'string' ? body['code'] : undefined, body };
}

/** A plain sale, as JSON; the time of the n-th lies n seconds after that of the first. */
export const sale = (id: string, subject = 'relationship/c-1', number = 0): Record<string, unknown> => ({
  specversion: '1.0',
  id,
  source: 'urn:faults',
  type: 'rapport.sale.SaleCompleted.v1',
  subject,
  time: new Date(Date.parse('2025-03-01T10:00:00.000Z') + number * 1_000).toISOString(),
  data: { lines: [{ sku: 'P-1', quantity: 1, unitPrice: { amountMinor: 100, currency: 'EUR' } }] },
});

/** How many events the ledger of the server holds beside the rules it begins with, which stand at position 1. */
export async function eventCount(url: string): Promise<number> {
  const response = await fetch(`${url}/v1/events?after=1`, { headers: { accept: 'application/x-ndjson' } });
  return (await response.text()).split('\n').length - 1;
}

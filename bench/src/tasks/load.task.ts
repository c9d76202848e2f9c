// Sends single touchpoints over so many connections for so long, each with an id of its own and each after the answer to
// the one before it, and counts the answers.
//
// On plain sockets: the generator shares the cores with the server, and one that speaks HTTP in full (autocannon: 31 to
// 37 µs of CPU a request) takes as much of them as the server does to validate. It says what it took itself.
import { connect } from 'node:net';
import { percentile } from '../runner/statistics.js';
import { touchpoints } from '../ledger/touchpoints.js';
import { answer, input } from './answer.js';

/** Subjects and payloads come from a pool that was made beforehand: only ids and times are made for each request. */
const POOL_SIZE = 20_000;
const ID = '@id@';
const TIME = '@time@';

const { url, connections, seconds, prefix } = input<{
  url: string;
  connections: number;
  seconds: number;
  prefix: string;
}>();
const { host, hostname, port, pathname, search } = new URL(url);
const HEAD = `POST ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/cloudevents+json\r\nContent-Length: `;
const pool = [...touchpoints(POOL_SIZE)].map((touchpoint) =>
  JSON.stringify({ ...touchpoint, id: ID, time: TIME }).split(/@id@|@time@/),
);
let sent = 0;

/** The next touchpoint: it happens now, as the touchpoints of services do. */
function nextRequest(): string {
  const number = sent++;
  const [before = '', between = '', after = ''] = pool[number % POOL_SIZE] ?? [];
  const body = `${before}${prefix}${number}${between}${new Date().toISOString()}${after}`;
  return `${HEAD}${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const latenciesMs: number[] = [];
let succeeded = 0;
let failed = 0;

/** Whether a text holds a whole answer: its head, and as much of a body as that says. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  if (length === undefined) throw new Error(`an answer without its length: ${text.slice(0, end)}`);
  return text.length >= end + 4 + Number(length);
}

/** Asks over one connection, one request after the other, until the time is up. */
const load = (untilMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let text = '';
    let sentAtMs = 0;
    const ask = (): void => {
      sentAtMs = performance.now();
      socket.write(nextRequest());
    };
    socket.setEncoding('latin1'); // a character a byte, as Content-Length counts them
    socket.on('connect', ask);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection')));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (!isWhole(text)) return;
      latenciesMs.push(performance.now() - sentAtMs);
      if (text.startsWith('HTTP/1.1 2')) succeeded++;
      else failed++;
      text = '';
      if (performance.now() < untilMs) return ask();
      resolve();
      socket.destroy();
    });
  });

const startedAtMs = performance.now();
await Promise.all(Array.from({ length: connections }, () => load(startedAtMs + seconds * 1_000)));
const elapsedMs = performance.now() - startedAtMs;
const { user, system } = process.cpuUsage();
answer({
  perSecond: (succeeded * 1_000) / elapsedMs,
  p50Ms: percentile(latenciesMs, 0.5),
  p99Ms: percentile(latenciesMs, 0.99),
  failed,
  generatorUs: (user + system) / (succeeded + failed),
});

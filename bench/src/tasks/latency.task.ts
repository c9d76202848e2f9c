// Asks at a steady rate, whether or not earlier answers have come, and measures each answer from the moment at which it
// was due: a server that stands still is charged for everybody who would have waited (no coordinated omission).
import { Agent, get } from 'node:http';
import { percentile } from '../runner/statistics.js';
import { answer, input } from './answer.js';

const { urls, perSecond, seconds, warmUps } = input<{
  urls: string[];
  perSecond: number;
  seconds: number;
  warmUps: number;
}>();
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

for (let number = 0; number < warmUps; number++) await ask(urls[number % urls.length] as string);

const latenciesMs: number[] = [];
const underWay: Promise<void>[] = [];
const startedAt = performance.now();
let bytes = 0;
for (let number = 0; number < perSecond * seconds; number++) {
  const dueAt = startedAt + (number * 1_000) / perSecond;
  const waitMs = dueAt - performance.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  const sentAt = Math.max(dueAt, performance.now() - 1); // what this process itself is late by more than a timer's tick is not the server's
  underWay.push(
    ask(urls[number % urls.length] as string).then((length) => {
      latenciesMs.push(performance.now() - sentAt);
      bytes += length;
    }),
  );
}
await Promise.all(underWay);
agent.destroy();
answer({
  p50Ms: percentile(latenciesMs, 0.5),
  p99Ms: percentile(latenciesMs, 0.99),
  maxMs: Math.max(...latenciesMs),
  count: latenciesMs.length,
  bytesEach: Math.round(bytes / latenciesMs.length),
});

function ask(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let length = 0;
      response.on('data', (chunk: Buffer) => (length += chunk.length));
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(length)
          : reject(new Error(`${url} answered ${response.statusCode}`)),
      );
      response.on('error', reject);
    }).on('error', reject);
  });
}

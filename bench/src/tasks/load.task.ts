// Sends single touchpoints over so many connections for so long, each with an id of its own, and counts the answers.
import autocannon from 'autocannon';
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
const pool = [...touchpoints(POOL_SIZE)].map((touchpoint) =>
  JSON.stringify({ ...touchpoint, id: ID, time: TIME }).split(/@id@|@time@/),
);
let sent = 0;

/** The next touchpoint: it happens now, as the touchpoints of services do. */
function nextBody(): string {
  const number = sent++;
  const [before = '', between = '', after = ''] = pool[number % POOL_SIZE] ?? [];
  return `${before}${prefix}${number}${between}${new Date().toISOString()}${after}`;
}

const result = await autocannon({
  url,
  method: 'POST',
  connections,
  duration: seconds,
  headers: { 'content-type': 'application/cloudevents+json' },
  requests: [
    {
      setupRequest: (request) => ({ ...request, body: nextBody() }),
    },
  ],
});
answer({
  perSecond: result['2xx'] / result.duration,
  p50Ms: result.latency.p50,
  p99Ms: result.latency.p99,
  failed: result.non2xx + result.errors + result.timeouts,
});

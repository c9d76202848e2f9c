// Sends single touchpoints over so many connections for so long, each with an id of its own, and counts the answers.
import autocannon from 'autocannon';
import { touchpoints } from '../ledger/touchpoints.js';
import { answer, input } from './answer.js';

/** Subjects and payloads come from a pool that was made beforehand: only the id is made for each request. */
const POOL_SIZE = 20_000;
const ID_MARK = '"id":"';

const { url, connections, seconds, prefix } = input<{
  url: string;
  connections: number;
  seconds: number;
  prefix: string;
}>();
const pool = [...touchpoints(POOL_SIZE)].map((touchpoint) => JSON.stringify(touchpoint));
let sent = 0;

const result = await autocannon({
  url,
  method: 'POST',
  connections,
  duration: seconds,
  headers: { 'content-type': 'application/cloudevents+json' },
  requests: [
    {
      setupRequest: (request) => {
        const body = pool[sent % POOL_SIZE] as string;
        const number = Math.floor(sent++ / POOL_SIZE);
        return {
          ...request,
          body: number === 0 && prefix === '' ? body : body.replace(ID_MARK, `${ID_MARK}${prefix}${number}-`),
        };
      },
    },
  ],
});
answer({
  perSecond: result['2xx'] / result.duration,
  p50Ms: result.latency.p50,
  p99Ms: result.latency.p99,
  failed: result.non2xx + result.errors + result.timeouts,
});

import { someParties, timelinePath, type Latencies } from './query.bench.js';
import type { Bench } from './runner/bench.js';
import { runTask, serve } from './runner/task.js';
import { rebuildsUnderWay, startRebuilds, untilViewsAreUpToDate } from './runner/views.js';

const EVENTS = 1_000_000;
const SECONDS = 15;
const PER_SECOND = 100;

/** Whether readers notice that the views are being rebuilt. */
export const stall: Bench = {
  name: 'stall',
  measures: 'p99 of a timeline page over HTTP while the same server rebuilds every view of 1,000,000 events',
  run: async ({ events = EVENTS }, fixtures) => {
    const server = await serve(await fixtures.ledger(events));
    try {
      const urls = someParties(events).map((party) => `${server.url}${timelinePath(party)}`);
      const ask = (seconds: number): Promise<Latencies> =>
        runTask('latency', { urls, perSecond: PER_SECOND, seconds, warmUps: 100 }, 120_000);
      await untilViewsAreUpToDate(server.url);
      const atRest = await ask(5);
      await startRebuilds(server.url);
      const during = await ask(SECONDS);
      const underWay = await rebuildsUnderWay(server.url);
      return [
        {
          name: 'stall',
          unit: 'ms',
          value: during.p99Ms,
          must: { atMost: 50 },
          goal: { atMost: 50 },
          detail: {
            'p50 ms': during.p50Ms,
            'max ms': during.maxMs,
            'at rest p50 ms': atRest.p50Ms,
            'at rest p99 ms': atRest.p99Ms,
            requests: during.count,
            'rebuilds still under way at the end': underWay,
            events,
          },
        },
      ];
    } finally {
      await server.stop();
    }
  },
};

import type { Bench } from './runner/bench.js';
import { median } from './runner/statistics.js';
import { runTask, serve } from './runner/task.js';
import { untilViewsAreUpToDate } from './runner/views.js';

const CONNECTIONS = 32;
const SECONDS = 8;
const WARM_UP_SECONDS = 3;

interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  /** CPU time that the generator took for a request, in microseconds. */
  readonly generatorUs: number;
}

/** What durability costs a single POST: the same request with and without recording. */
export const post: Bench = {
  name: 'post',
  measures: `durable single POST /v1/events over ${CONNECTIONS} connections, against the same POST that is only validated`,
  run: async ({ rounds = 5 }, fixtures) => {
    const server = await serve(fixtures.folder('post'));
    const load = (path: string, seconds: number, prefix: string): Promise<Load> =>
      runTask(
        'load',
        { url: `${server.url}${path}`, connections: CONNECTIONS, seconds, prefix },
        (seconds + 60) * 1_000,
      );
    const recorded: Load[] = [];
    const validated: Load[] = [];
    try {
      for (let round = 0; round <= rounds; round++) {
        const seconds = round === 0 ? WARM_UP_SECONDS : SECONDS;
        const durable = await load('/v1/events', seconds, `r${round}-`);
        await untilViewsAreUpToDate(server.url);
        const noOp = await load('/v1/events?validate=true', seconds, `r${round}-`);
        if (round === 0) continue; // warms both paths up
        recorded.push(durable);
        validated.push(noOp);
      }
    } finally {
      await server.stop();
    }
    const failed = [...recorded, ...validated].reduce((sum, one) => sum + one.failed, 0);
    if (failed > 0) throw new Error(`${failed} requests failed: the figures would mean nothing`);
    const perSecond = median(recorded.map((one) => one.perSecond));
    const floorPerSecond = median(validated.map((one) => one.perSecond));
    return [
      {
        name: 'post',
        unit: 'ratio',
        value: median(
          recorded.map((one, round) => one.perSecond / (validated[round]?.perSecond ?? Number.NaN)),
        ),
        must: { atLeast: 0.35 },
        goal: { atLeast: 0.5 },
        detail: {
          'recorded/s': perSecond,
          'validated/s': floorPerSecond,
          'recorded p50 ms': median(recorded.map((one) => one.p50Ms)),
          'recorded p99 ms': median(recorded.map((one) => one.p99Ms)),
          'generator us/request': median(recorded.map((one) => one.generatorUs)),
          connections: CONNECTIONS,
          rounds,
        },
      },
    ];
  },
};

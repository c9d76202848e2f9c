import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { freshProduction, serversForTests, type FreshProduction } from './fresh-production.js';
import { embeddedHash, settledState, touchpoints } from './recorded-sales.js';
import { startedApi, startedWorker, until, type StartedProcess } from './started-process.js';

jest.setTimeout(300_000);
const describeOnServers = (await serversForTests()) === undefined ? describe.skip : describe;

/** Sends each request to a server that says it is ready, in turn, as a load balancer does: it looks every 100 ms. */
class Balancer {
  readonly failures: string[] = [];
  private ready: readonly string[] = [];
  private next = 0;
  private closed = false;
  private readonly looking: Promise<void>;

  constructor(private readonly urls: () => readonly string[]) {
    this.looking = this.lookAgain();
  }

  async look(): Promise<void> {
    const answers = await Promise.all(
      this.urls().map(async (url) => {
        const answer = await fetch(`${url}/readyz`).catch(() => undefined);
        return answer?.ok === true ? [url] : [];
      }),
    );
    this.ready = answers.flat();
  }

  async send(path: string, init: RequestInit = {}): Promise<void> {
    const url = this.ready[this.next++ % this.ready.length];
    if (url === undefined) {
      this.failures.push(`${path}: no server is ready`);
      return;
    }
    try {
      const answer = await fetch(`${url}${path}`, init);
      const text = await answer.text();
      if (!answer.ok) this.failures.push(`${path}: ${answer.status} ${text.slice(0, 200)}`);
    } catch (error) {
      this.failures.push(`${path}: ${String((error as Error).cause ?? error)}`);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.looking;
  }

  private async lookAgain(): Promise<void> {
    while (!this.closed) {
      await this.look();
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }
}

describeOnServers('a rolling restart', () => {
  let production: FreshProduction;
  let processes: StartedProcess[] = [];
  const start = async (starting: Promise<StartedProcess>): Promise<StartedProcess> => {
    const one = await starting;
    processes.push(one);
    return one;
  };
  beforeEach(async () => {
    production = await freshProduction({ RAPPORT_DRAIN_MS: '4000' });
  });
  afterEach(async () => {
    await Promise.all(processes.map((one) => one.kill()));
    processes = [];
    await production.drop();
  });

  it('of every server and worker, one after the other under load, fails no request and loses nothing', async () => {
    const { environment, configuration } = production;
    let workers = [await start(startedWorker(environment))];
    let apis: readonly StartedProcess[] = await Promise.all([
      start(startedApi(environment)),
      start(startedApi(environment)),
    ]);
    const balancer = new Balancer(() => apis.map(({ url }) => url));
    await until('both servers are ready', async () => {
      await balancer.look();
      return isReady(apis);
    });
    const sent = touchpoints(5_000);
    let at = 0;
    let stopped = false;
    const load = async (): Promise<void> => {
      while (!stopped && at < sent.length) {
        const event = sent[at++];
        await balancer.send('/v1/events', {
          method: 'POST',
          headers: { 'Content-Type': 'application/cloudevents+json' },
          body: JSON.stringify(event),
        });
        await balancer.send('/v1/parties/p-1/timeline?limit=5');
      }
    };
    const loading = Promise.all([load(), load(), load()]);
    for (const old of [...apis]) {
      const fresh = await start(startedApi(environment));
      apis = [...apis.filter((one) => one !== old), fresh];
      await until('the new server is ready', () => isReady([fresh]));
      expect(await old.stop()).toBe(0);
    }
    const [oldWorker] = workers;
    workers = [await start(startedWorker(environment))];
    expect(await oldWorker?.stop()).toBe(0);
    stopped = true;
    await loading;
    await balancer.close();
    expect(balancer.failures).toEqual([]);
    const recorded = sent.slice(0, at);
    expect(await settledState(configuration)).toEqual({
      hash: await embeddedHash(recorded),
      count: recorded.length + 1,
      leaves: recorded.length + 1,
    });
    for (const one of [...apis, ...workers]) expect(await one.stop()).toBe(0);
  });

  const isReady = async (all: readonly StartedProcess[]): Promise<boolean> =>
    (await Promise.all(all.map(async ({ url }) => (await fetch(`${url}/readyz`)).ok))).every(Boolean);
});

import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { EventStore } from '@rapport/ledger';
import { eventStoreDbEnd, eventStoreDbStore } from '@rapport/store-eventstoredb';
import { all, eventStoreDbForTests, eventStoreDbStarter, OwnServer, sampleEvents } from '@rapport/testing';
import { Wire } from './cut-connections.js';

const LOAD = fileURLToPath(new URL('./load.mjs', import.meta.url));
const ATTEMPT_TIMEOUT_MS = 1_000;
const GIVE_UP_AFTER_MS = 4_000;
/** Whatever takes longer than this never comes back. */
const HANG_MS = 30_000;
const SPEC_MS_MAX = 180_000;
jest.setTimeout(HANG_MS);
/** Acknowledged before anything happens, and again after everything has. */
const ACKNOWLEDGED_MIN = 300;

const url = await eventStoreDbForTests();
const starter = eventStoreDbStarter();

interface Acknowledged {
  readonly stream: string;
  readonly revision: number;
  readonly ids: readonly string[];
  readonly positions: readonly string[];
}

/** A process that appends, and what it was told. */
class Load {
  readonly acknowledged: Acknowledged[] = [];
  readonly unavailable: string[] = [];
  private followed: readonly string[] = [];
  private isStopped = false;
  private exit: string | undefined;
  private readonly child: ChildProcess;

  constructor(server: string, tenant: string, beganAt: bigint) {
    const options = {
      url: server,
      tenant,
      beganAt: String(beganAt),
      attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
      giveUpAfterMs: GIVE_UP_AFTER_MS,
      hangMs: HANG_MS,
    };
    this.child = fork(LOAD, [JSON.stringify(options)], {
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.child.on('message', (message: Record<string, unknown>) => {
      if ('acknowledged' in message) this.acknowledged.push(message['acknowledged'] as Acknowledged);
      if ('unavailable' in message) this.unavailable.push(message['unavailable'] as string);
      if ('followed' in message) this.followed = message['followed'] as readonly string[];
      if ('stopped' in message) this.isStopped = true;
    });
    this.child.on('exit', (code, signal) => (this.exit = String(signal ?? code)));
  }

  /** Waits until so many more appends were acknowledged. */
  async goesOn(count = ACKNOWLEDGED_MIN): Promise<void> {
    const wanted = this.acknowledged.length + count;
    await this.until(() => this.acknowledged.length >= wanted);
  }

  /** Ends the appends, every one of them with its outcome known. */
  async stop(): Promise<void> {
    this.child.send('stop');
    await this.until(() => this.isStopped);
  }

  /** What a follower saw that went on wherever it broke. */
  async end(followedMin: number): Promise<readonly string[]> {
    await sleep(followedMin > 0 ? 2_000 : 0); // the last events are on their way to it
    this.child.send('end');
    while (this.exit === undefined) await sleep(20);
    expect(this.exit).toBe('0');
    return this.followed;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.exit !== undefined) throw new Error(`the load ended with ${this.exit}: see what it wrote`);
      await sleep(20);
    }
  }
}

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** Lets a load run through a disturbance, then compares what it was told with what is there. */
async function through(port: number, disturb: (load: Load) => Promise<void>): Promise<Load> {
  const tenant = `t${randomUUID().replaceAll('-', '')}`;
  const server = `esdb://127.0.0.1:${port}?tls=false`;
  const end = await eventStoreDbEnd(server);
  const load = new Load(server, tenant, end);
  cleanUps.push(() => load.kill());
  await load.goesOn();
  await disturb(load);
  await load.goesOn();
  await load.stop();

  const store = eventStoreDbStore({ url: server, tenant, beganAt: end });
  cleanUps.push(() => store.close());
  const events = await all(store.readAll());
  const there = new Map(events.map((event) => [`${event.stream} ${event.revision}`, event]));
  const lost = load.acknowledged.flatMap(({ stream, revision, ids, positions }) =>
    ids.filter((id, index) => {
      const found = there.get(`${stream} ${revision - ids.length + 1 + index}`);
      return found?.id !== id || String(found.position) !== positions[index];
    }),
  );
  expect(lost).toEqual([]);
  const ids = events.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length); // nothing doubled
  const known = new Set(load.acknowledged.flatMap((one) => one.ids));
  expect(ids.filter((id) => !known.has(id))).toEqual([]); // whoever appended was told in the end
  expect(await load.end(ids.length)).toEqual(ids);
  return load;
}

async function ownServer(): Promise<OwnServer> {
  const server = await OwnServer.start(starter as string);
  cleanUps.push(() => server.remove());
  return server;
}

(starter === undefined ? describe.skip : describe)('appends under way', () => {
  it(
    'survive a server that is killed and started again, twice',
    async () => {
      const server = await ownServer();
      await through(server.port, async (load) => {
        for (let time = 0; time < 2; time++) {
          await server.end('SIGKILL');
          await sleep(500);
          await server.start();
          await load.goesOn(100);
        }
      });
    },
    SPEC_MS_MAX,
  );

  it(
    'are told that the outcome is unknown when nobody answers for longer than they wait, and are then written once',
    async () => {
      const server = await ownServer();
      const load = await through(server.port, async () => {
        await server.end('SIGKILL');
        await sleep(GIVE_UP_AFTER_MS * 2);
        await server.start();
      });
      expect(load.unavailable).toContain('append');
    },
    SPEC_MS_MAX,
  );

  it(
    'survive a server that freezes and thaws',
    async () => {
      const server = await ownServer();
      const load = await through(server.port, async () => {
        for (const frozenMs of [1_500, GIVE_UP_AFTER_MS * 2]) {
          server.signal('SIGSTOP');
          await sleep(frozenMs);
          server.signal('SIGCONT');
          await sleep(500);
        }
      });
      expect(load.unavailable).toContain('append');
    },
    SPEC_MS_MAX,
  );

  it(
    'survive a server that stops in order and starts again',
    async () => {
      const server = await ownServer();
      await through(server.port, async () => {
        await server.end('SIGTERM');
        await server.start();
      });
    },
    SPEC_MS_MAX,
  );
});

(url === undefined ? describe.skip : describe)('appends on a connection', () => {
  async function wire(): Promise<Wire> {
    const [, host = '127.0.0.1', port = '2113'] =
      /\/\/(?:[^@/]*@)?([^:/?,]+):?(\d+)?/.exec(url as string) ?? [];
    const made = await Wire.to(host, Number(port));
    cleanUps.push(() => made.close());
    return made;
  }

  it(
    'survive that it is cut, again and again',
    async () => {
      const between = await wire();
      await through(between.port, async (load) => {
        for (let time = 0; time < 8; time++) {
          between.cut();
          await load.goesOn(40);
        }
      });
    },
    SPEC_MS_MAX,
  );

  it.each([
    ['an append', (store: EventStore) => store.append('relationship/1', 'none', sampleEvents(1))],
    ['a read of a stream', (store: EventStore) => store.readStream('relationship/1')],
    ['a read of the ledger', (store: EventStore) => all(store.readAll())],
    ['the head', (store: EventStore) => store.head()],
  ] as const)(
    'that is silent: %s is given up in time, however long one attempt may take',
    async (_what, call) => {
      const between = await wire();
      between.hold();
      const store = eventStoreDbStore({
        url: `esdb://127.0.0.1:${between.port}?tls=false`,
        tenant: `t${randomUUID().replaceAll('-', '')}`,
        attemptTimeoutMs: HANG_MS,
        giveUpAfterMs: 500,
      });
      cleanUps.push(() => store.close());
      const tooLate = sleep(HANG_MS / 2, 'too late', { ref: false });
      await expect(Promise.race([call(store), tooLate])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    },
  );

  it(
    'survive that nothing comes through for a while, and that it is then cut',
    async () => {
      const between = await wire();
      const load = await through(between.port, async () => {
        between.hold();
        await sleep(GIVE_UP_AFTER_MS * 2);
        between.release();
        await sleep(500);
        between.hold();
        await sleep(2_000);
        between.cut();
        between.release();
      });
      expect(load.unavailable).toContain('append');
    },
    SPEC_MS_MAX,
  );
});

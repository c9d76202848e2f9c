import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eventStoreDbStore } from '@rapport/store-eventstoredb';
import { all, eventStoreDbStarter } from '@rapport/testing';
import { ROOT } from '../cli/rapport-command.js';

jest.setTimeout(300_000);
const run = promisify(execFile);
const starter = eventStoreDbStarter();
const describeWithStarter = starter === undefined || process.platform === 'win32' ? describe.skip : describe;

const WRITERS = 16;

describeWithStarter('the backup of an EventStoreDB', () => {
  let folder: string;
  const pids: number[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-backup-'));
  });
  afterEach(() => {
    for (const pid of pids.splice(0)) kill(pid);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a server on a data folder; the command lasts no longer than that, the server does. */
  const start = async (data: string): Promise<{ readonly url: string; readonly pid: number }> => {
    const port = await freePort();
    const { stdout } = await run('sh', ['-c', `${starter} ${port} ${data}`]);
    const pid = Number(/pid=(\d+)/.exec(stdout)?.[1]);
    pids.push(pid);
    return { url: `esdb://127.0.0.1:${port}?tls=false`, pid };
  };
  const backUp = () => {
    const secrets = join(folder, 'secrets');
    mkdirSync(join(secrets, 'main'), { recursive: true });
    writeFileSync(join(secrets, 'main', 'erasures.jsonl'), '{}\n');
    return run(
      join(ROOT, 'scripts', 'backup-production.sh'),
      [join(folder, 'backup'), join(folder, 'vault')],
      {
        env: {
          ...process.env,
          EVENTSTOREDB_DATA: join(folder, 'data'),
          RAPPORT_KEYS: secrets,
          WITHOUT_MONGODB: '1',
        },
      },
    );
  };
  const restore = () =>
    run(join(ROOT, 'scripts', 'restore-production.sh'), [join(folder, 'backup'), join(folder, 'restored')]);

  it('holds everything acknowledged before it, of a server under load that is then killed', async () => {
    const source = await start(join(folder, 'data'));
    const load = writing(source.url);
    await load.reached(2_000);
    const before = load.revisions();
    await backUp();
    expect(existsSync(join(folder, 'vault', 'secrets', 'main', 'erasures.jsonl'))).toBe(true);
    await load.reached(load.count() + 500);
    kill(source.pid);
    await load.ended();

    await restore();
    const restored = await start(join(folder, 'restored'));
    const store = eventStoreDbStore({ url: restored.url, tenant: 'main' });
    try {
      const after = load.revisions();
      for (const [stream, revision] of before) {
        const events = await all((await store.readStream(stream)).events);
        expect(events.map((event) => event.revision)).toEqual(events.map((_, index) => index));
        expect(events.length - 1).toBeGreaterThanOrEqual(revision);
        // One more than was acknowledged may have been written.
        expect(events.length - 1).toBeLessThanOrEqual((after.get(stream) ?? 0) + 1);
      }
      const { count } = await store.head();
      expect(count).toBeLessThan(load.count());
      await store.append('relationship/new', 'none', [anEvent()]);
      expect((await store.head()).count).toBe(count + 1);
    } finally {
      await store.close();
    }
  });

  it('refuses what is not finished, not what was backed up, or would overwrite', async () => {
    await start(join(folder, 'data'));
    await backUp();
    await expect(backUp()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('overwrites nothing'),
    });
    const checkpoint = join(folder, 'backup', 'writer.chk');
    const bytes = readFileSync(checkpoint);
    writeFileSync(checkpoint, Buffer.alloc(bytes.length));
    await expect(restore()).rejects.toMatchObject({
      stderr: expect.stringContaining('not what was backed up'),
    });
    writeFileSync(checkpoint, bytes);
    mkdirSync(join(folder, 'restored'));
    await expect(restore()).rejects.toMatchObject({ stderr: expect.stringContaining('overwrites nothing') });
    rmSync(join(folder, 'restored'), { recursive: true });
    rmSync(join(folder, 'backup', 'complete'));
    await expect(restore()).rejects.toMatchObject({ stderr: expect.stringContaining('no finished backup') });
  });
});

const anEvent = () => ({
  id: randomUUID(),
  type: 'rapport.test.Kind.v1',
  body: '{"a":1}',
  recordedAtMs: 1_000,
});

/** Appends to some streams at once until the server is gone. */
function writing(url: string) {
  const store = eventStoreDbStore({ url, tenant: 'main', attemptTimeoutMs: 1_000, giveUpAfterMs: 1_000 });
  const revisions = new Map<string, number>();
  let isOver = false;
  const writer = async (stream: string): Promise<void> => {
    for (;;) {
      const expected = revisions.get(stream) ?? 'none';
      revisions.set(stream, (await store.append(stream, expected, [anEvent()])).revision);
    }
  };
  const running = Promise.allSettled(
    Array.from({ length: WRITERS }, (_, index) => writer(`relationship/${index}`)),
  ).then(() => {
    isOver = true; // the server was killed
  });
  const count = (): number => [...revisions.values()].reduce((sum, revision) => sum + revision + 1, 0);
  return {
    count,
    revisions: (): ReadonlyMap<string, number> => new Map(revisions),
    reached: async (wanted: number): Promise<void> => {
      while (count() < wanted) {
        if (isOver) throw new Error('the server ended too early');
        await new Promise((wake) => setTimeout(wake, 5));
      }
    },
    ended: async (): Promise<void> => {
      await running;
      await store.close();
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

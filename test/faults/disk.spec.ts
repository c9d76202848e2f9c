import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openEmbedded } from '@rapport/profiles';
import {
  eventCount,
  get,
  post,
  sale,
  serverProcess,
  type Answer,
  type ServerProcess,
} from './server-process.js';
import { canHave, onReadOnlyDisk, onSmallDisk, withFileLimit, type Wrap } from './surroundings.js';

const TIMEOUT_MS = 90_000;
const BATCH = 'application/cloudevents-batch+json';
const BATCH_SIZE = 50;
const BATCHES_MAX = 4_000;

describe.each(['inline', 'thread'] as const)('a disk under a server that commits %s', (way) => {
  let folder: string;
  let server: ServerProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-disk-'));
    server = undefined;
  });
  afterEach(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, TIMEOUT_MS);

  const when = (wrap: Wrap): typeof it | typeof it.skip => (canHave(wrap) ? it : it.skip);

  when(onSmallDisk(tmpdir(), 1))(
    'that is full refuses with DISK_FULL, loses nothing acknowledged, still reads, and goes on once there is room (needs the right to mount)',
    async () => {
      const dataDir = join(folder, 'data');
      mkdirSync(dataDir);
      server = await serverProcess(dataDir, withBallast(onSmallDisk(dataDir, 8), dataDir), way);
      const { acknowledged, refusal } = await fill(server.url);
      expect({ status: refusal.status, code: refusal.code }).toEqual({ status: 503, code: 'DISK_FULL' });
      expect(acknowledged).toBeGreaterThan(0);
      expect((await get(`${server.url}/healthz`)).status).toBe(200);
      expect(await eventCount(server.url)).toBe(acknowledged);

      expect(await server.ask('makeRoom')).toBe('madeRoom');
      const again = await post(`${server.url}/v1/events`, batch(acknowledged), BATCH);
      expect(again.body).toMatchObject({ recorded: BATCH_SIZE, rejected: 0 });
      expect(await eventCount(server.url)).toBe(acknowledged + BATCH_SIZE);
    },
    TIMEOUT_MS,
  );

  when(withFileLimit(8))(
    'on which a file cannot grow refuses with a code and loses nothing acknowledged (needs bash)',
    async () => {
      const dataDir = join(folder, 'data');
      const limited = await serverProcess(dataDir, withFileLimit(2_000), way);
      server = limited;
      const { acknowledged, refusal } = await fill(limited.url);
      expect(refusal.status).toBe(503);
      expect(['DISK_FULL', 'STORE_UNAVAILABLE']).toContain(refusal.code);
      expect((await get(`${limited.url}/healthz`)).status).toBe(200);
      expect(await eventCount(limited.url)).toBe(acknowledged);
      await limited.stop();

      server = await serverProcess(dataDir, undefined, way);
      expect(await eventCount(server.url)).toBe(acknowledged);
      expect((await post(`${server.url}/v1/events`, batch(acknowledged), BATCH)).body).toMatchObject({
        recorded: BATCH_SIZE,
      });
    },
    TIMEOUT_MS,
  );

  when(onReadOnlyDisk(tmpdir()))(
    'that cannot be written refuses the start with STORE_READ_ONLY (needs the right to mount)',
    async () => {
      const dataDir = join(folder, 'data');
      const first = await serverProcess(dataDir, undefined, way);
      await post(`${first.url}/v1/events`, JSON.stringify(sale('before')));
      await first.stop();
      await expect(serverProcess(dataDir, onReadOnlyDisk(dataDir), way)).rejects.toThrow(/STORE_READ_ONLY/);

      server = await serverProcess(dataDir, undefined, way);
      expect(await eventCount(server.url)).toBe(1);
    },
    TIMEOUT_MS,
  );

  it('on which a file stands in the place of the data folder refuses with STORE_READ_ONLY', async () => {
    const dataDir = join(folder, 'data');
    writeFileSync(dataDir, 'not a folder');
    await expect(openEmbedded({ dataDir, projector: way })).rejects.toMatchObject({
      code: 'STORE_READ_ONLY',
    });
  });
});

/** Leaves little room at first: `makeRoom` takes the ballast away. */
const withBallast = ({ command, args }: Wrap, dataDir: string): Wrap => ({
  command,
  args: args.map((arg) =>
    arg.replace('exec "$@"', `head -c 4000000 /dev/zero > '${dataDir}/ballast' && exec "$@"`),
  ),
});

/** A batch into one stream, so that it is recorded as a whole or not at all. */
const batch = (from: number): string =>
  JSON.stringify(
    Array.from({ length: BATCH_SIZE }, (_none, index) =>
      sale(`e-${from + index}`, `relationship/c-${from % 7}`, from + index),
    ),
  );

/** Records until the server refuses. */
async function fill(url: string): Promise<{ readonly acknowledged: number; readonly refusal: Answer }> {
  for (let batches = 0; batches < BATCHES_MAX; batches++) {
    const answer = await post(`${url}/v1/events`, batch(batches * BATCH_SIZE), BATCH);
    if (answer.status !== 200) return { acknowledged: batches * BATCH_SIZE, refusal: answer };
  }
  throw new Error('the disk did not fill up');
}

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import { openEmbedded, type Rapport } from '@rapport/profiles';
import { eventCount, post, sale, serverProcess, type ServerProcess } from './server-process.js';

const EVENTS = 300;
const TIMEOUT_MS = 60_000;

describe('a data folder', () => {
  let folder: string;
  let dataDir: string;
  let rapport: Rapport | undefined;
  let server: ServerProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-files-'));
    dataDir = join(folder, 'data');
  });
  afterEach(async () => {
    await rapport?.close();
    await server?.stop();
    rapport = undefined;
    server = undefined;
    rmSync(folder, { recursive: true, force: true });
  }, TIMEOUT_MS);

  const open = async (now?: () => number): Promise<Ledger> => {
    rapport = await openEmbedded({ dataDir, projector: 'inline', ...(now === undefined ? {} : { now }) });
    return rapport.ledger('main');
  };
  const close = async (): Promise<void> => {
    await rapport?.close();
    rapport = undefined;
  };
  const recordSome = async (ledger: Ledger, from = 0, count = EVENTS): Promise<void> => {
    const sales = Array.from(
      { length: count },
      (_none, index) => sale(`e-${from + index}`, `relationship/c-${index % 9}`, from + index) as JsonObject,
    );
    expect((await ledger.record(sales)).map(({ status }) => status)).toEqual(sales.map(() => 'recorded'));
  };
  const file = (name: string): string => join(dataDir, 'main', name);

  it('whose ledger was cut short is refused with STORE_CORRUPT and left as it is', async () => {
    await recordSome(await open());
    await close();
    const size = Math.floor(statSync(file('ledger.db')).size / 2);
    truncateSync(file('ledger.db'), size);
    await expect(open()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(statSync(file('ledger.db')).size).toBe(size);
  });

  it.each([
    ['random bytes', Buffer.from('this was never a database '.repeat(400))],
    [
      'the head of a database and then nothing of one',
      Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_176, 7)]),
    ],
  ])('whose ledger is %s is refused with a code and left as it is', async (_what, bytes) => {
    mkdirSync(join(dataDir, 'main'), { recursive: true });
    writeFileSync(file('ledger.db'), bytes);
    const failure: unknown = await open().catch((error: unknown) => error);
    expect(['STORE_FOREIGN', 'STORE_CORRUPT']).toContain((failure as { code?: string }).code);
    expect(readFileSync(file('ledger.db')).equals(bytes)).toBe(true);
  });

  it("whose ledger is another tenant's is refused with STORE_FOREIGN", async () => {
    const ledger = await open();
    await recordSome(ledger, 0, 1);
    await close();
    const bytes = readFileSync(file('ledger.db'));
    mkdirSync(join(dataDir, 'other'));
    writeFileSync(join(dataDir, 'other', 'ledger.db'), bytes);
    rapport = await openEmbedded({ dataDir, projector: 'inline' });
    await expect(rapport.ledger('other')).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
  });

  it.each([
    ['cut short', (views: string): void => truncateSync(views, 5_000)],
    [
      'foreign',
      (views: string): void =>
        writeFileSync(views, 'not a database at all, but long enough to be read as one'.repeat(50)),
    ],
    ['gone', (views: string): void => rmSync(views)],
  ])(
    'whose views are %s builds them again by itself',
    async (_what, damage) => {
      const ledger = await open();
      await recordSome(ledger);
      await ledger.waitFor((await ledger.head()).position, TIMEOUT_MS);
      const { all } = await ledger.hash();
      await close();
      damage(file('views.db'));
      for (const suffix of ['-wal', '-shm']) rmSync(`${file('views.db')}${suffix}`, { force: true });
      const again = await open();
      await again.waitFor((await again.head()).position, TIMEOUT_MS);
      expect((await again.hash()).all).toBe(all);
    },
    TIMEOUT_MS,
  );

  it(
    'that a server holds is refused to a second writer with LEDGER_IN_USE and the address of the first',
    async () => {
      server = await serverProcess(dataDir);
      await post(`${server.url}/v1/events`, JSON.stringify(sale('first')));
      await expect(open()).rejects.toMatchObject({
        code: 'LEDGER_IN_USE',
        facts: { pid: server.pid, url: server.url },
      });
      await expect(serverProcess(dataDir)).rejects.toThrow(/LEDGER_IN_USE/);
      const reader = await openEmbedded({ dataDir, readOnly: true, projector: 'none' });
      expect((await (await reader.ledger('main')).head()).count).toBe(2); // the default rules, and it
      await reader.close();
      await post(`${server.url}/v1/events`, JSON.stringify(sale('second')));
      expect(await eventCount(server.url)).toBe(2);
    },
    TIMEOUT_MS,
  );

  it(
    'whose clock goes back never records a time before one that stands already',
    async () => {
      const noon = Date.parse('2025-06-01T12:00:00.000Z');
      const hour = 3_600_000;
      let nowMs = noon;
      const clock = (): number => nowMs;
      let ledger = await open(clock);
      await recordSome(ledger, 0, 9);
      nowMs = noon - hour;
      await recordSome(ledger, 9, 9);
      await close();
      nowMs = noon - 24 * hour; // and again over a restart
      ledger = await open(clock);
      await recordSome(ledger, 18, 9);
      nowMs = noon + hour;
      await recordSome(ledger, 27, 9);

      const times: string[] = [];
      for await (const event of ledger.feed({})) times.push(event.recordedat);
      expect(times).toEqual(times.toSorted());
      expect(times[0]).toBe('2025-06-01T12:00:00.000Z');
      expect(times.at(-1)).toBe('2025-06-01T13:00:00.000Z');
      const known = await ledger.positionAt('2025-06-01T12:30:00.000Z');
      const later = await ledger.event(known + 1n);
      expect(later?.recordedat).toBe('2025-06-01T13:00:00.000Z');
    },
    TIMEOUT_MS,
  );
});

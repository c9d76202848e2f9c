import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sharedFile } from '@rapport/testing';
import { jsonOf, rapport } from '../cli/rapport-command.js';
import { freshProduction, serversForTests, type FreshProduction } from './fresh-production.js';
import { startedWorker, type StartedProcess } from './started-process.js';

jest.setTimeout(1_800_000);
const cdnow = sharedFile('cdnow/CDNOW_master.txt');
const canRun = cdnow.exists && (await serversForTests()) !== undefined;
const describeOnServers = canRun ? describe : describe.skip;

/** Rows of CDNOW that are imported: RAPPORT_CDNOW_ROWS=69659 takes all of them. */
const ROWS = Number(process.env['RAPPORT_CDNOW_ROWS'] ?? 2_000);

describeOnServers('an import by the command (skipped: no shared data, or no servers)', () => {
  let folder: string;
  let production: FreshProduction;
  let workers: StartedProcess[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rapport-cdnow-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    workers = [];
    await production.drop();
  });

  const lines = cdnow.exists
    ? cdnow
        .text()
        .split(/\r?\n/)
        .filter((line) => line !== '')
        .slice(0, ROWS + 1)
    : [];
  /** The rows in another order, the same every time; the header stays first. */
  async function file(name: string, shuffle: boolean): Promise<string> {
    const [header = '', ...rows] = lines;
    let seed = 42;
    const keyed = rows.map((row) => ({ row, key: (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) }));
    const ordered = shuffle ? keyed.sort((a, b) => a.key - b.key).map(({ row }) => row) : rows;
    const path = join(folder, name);
    await writeFile(path, `${[header, ...ordered].join('\r\n')}\r\n`);
    return path;
  }
  const hashOf = async (environment: Readonly<Record<string, string>>, path: string): Promise<unknown> => {
    const said = await rapport(['import', '--map', 'examples/maps/cdnow.json', path, '--json'], {
      environment,
    });
    expect(jsonOf(said)).toMatchObject({ recorded: lines.length - 1, rejected: 0 });
    return jsonOf(await rapport(['views', 'hash', '--json'], { environment }))['views'];
  };

  it('gives the same views on both profiles, also shuffled and with two workers', async () => {
    const embedded = await hashOf({ RAPPORT_DATA: join(folder, 'data') }, await file('in-order.txt', false));
    production = await freshProduction();
    workers = [await startedWorker(production.environment)];
    expect(await hashOf(production.environment, await file('in-order.txt', false))).toEqual(embedded);

    await workers[0]?.stop();
    await production.drop();
    production = await freshProduction();
    workers = [await startedWorker(production.environment), await startedWorker(production.environment)];
    expect(await hashOf(production.environment, await file('shuffled.txt', true))).toEqual(embedded);
    for (const worker of workers) expect(await worker.stop()).toBe(0);
  });
});

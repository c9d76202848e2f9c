import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startWorker, type RunningWorker } from '@rapport/profiles';
import { jsonOf, rapport, type Said } from '../cli/rapport-command.js';
import { touchpoint } from '../engine/open-ledger.js';
import { freshProduction, serversForTests, type FreshProduction } from './fresh-production.js';
import { touchpoints } from './recorded-sales.js';

jest.setTimeout(300_000);
const describeOnServers = (await serversForTests()) === undefined ? describe.skip : describe;

describeOnServers('the command on production', () => {
  let folder: string;
  let production: FreshProduction;
  let worker: RunningWorker;
  const embedded = (args: readonly string[], stdin?: string): Promise<Said> =>
    rapport(args, {
      environment: { RAPPORT_DATA: join(folder, 'data') },
      ...(stdin === undefined ? {} : { stdin }),
    });
  const inProduction = (args: readonly string[], stdin?: string): Promise<Said> =>
    rapport(args, { environment: production.environment, ...(stdin === undefined ? {} : { stdin }) });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rapport-command-'));
    production = await freshProduction();
    worker = await startWorker(production.configuration);
    const lines = [
      ...touchpoints(60),
      touchpoint('ComplaintReceived', 'k-1', { subject: 'relationship/p-2' }),
      touchpoint('ReferralMade', 'r-1', { subject: 'relationship/p-1' }),
    ].map((one) => JSON.stringify(one));
    for (const run of [embedded, inProduction])
      expect((await run(['record', '-'], lines.join('\n'))).code).toBe(0);
  });
  afterAll(async () => {
    await worker.close();
    await production.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['views', 'hash'],
    ['timeline', 'p-1'],
    ['loyalty', 'p-1', '--on', '2026-02-01'],
    ['referrals', 'p-1'],
    ['replay', 'timeline', '--hash'],
    ['diff', 'p-1', '--from-as-of', '2026-01-03', '--to-as-of', '2026-02-01'],
    ['report', 'p-2'],
    ['person', 'export', 'p-2'],
  ])('says what the embedded profile says: %s %s', async (...args) => {
    const [here, there] = await Promise.all([embedded, inProduction].map((run) => run([...args, '--json'])));
    expect([there?.code, there?.stderr]).toEqual([here?.code, here?.stderr]);
    expect(withoutPlaces(there?.stdout ?? '')).toBe(withoutPlaces(here?.stdout ?? ''));
    expect(there?.code).toBe(0);
  });

  it('proves an answer that is verified with the key of the log, and gives receipts', async () => {
    const bundle = join(folder, 'p-1.bundle');
    const key = join(production.configuration.keysDir, 'main', 'log.pub');
    const proven = await inProduction(['prove', 'timeline', 'p-1', '--out', bundle, '--json']);
    expect([proven.code, proven.stderr]).toEqual([0, '']);
    const checked = await rapport(['verify', 'bundle', bundle, '--key', key, '--json']);
    expect(jsonOf(checked)).toMatchObject({ verified: true, answer: jsonOf(proven)['answer'] });
    const published = await inProduction(['log', 'key']);
    expect(published.stdout).toBe(await readFile(key, 'utf8'));
  });

  it('has views rebuilt by the worker, and waits for it', async () => {
    const before = jsonOf(await inProduction(['views', 'hash', '--json']))['all'];
    expect(jsonOf(await inProduction(['views', 'rebuild', '--json']))).toMatchObject({
      rebuilt: expect.arrayContaining(['timeline', 'signals']),
    });
    expect(jsonOf(await inProduction(['views', 'hash', '--json']))['all']).toBe(before);
    expect((await inProduction(['views', 'catch-up'])).code).toBe(0);
  });

  it('erases a person for every process', async () => {
    const erased = await inProduction(['erase', 'p-2', '--basis', 'asked', '--by', 'dpo', '--json']);
    expect(jsonOf(erased)).toMatchObject({ party: 'p-2', persons: [{ person: 'p-2', parts: 1 }] });
    const person = await inProduction(['person', 'export', 'p-2']);
    expect(person.stdout).toContain('"erased"');
  });

  it('begins no log under a new key while a worker signs it', async () => {
    const renewed = await inProduction(['log', 'new-key', '--yes']);
    expect([renewed.code, renewed.stderr]).toEqual([5, expect.stringContaining('stop the workers')]);
  });

  it('finds no tenant that nobody made, and makes none by looking', async () => {
    const said = await inProduction(['timeline', 'p-1', '--tenant', 'nobody']);
    expect([said.code, said.stderr]).toEqual([4, expect.stringContaining('There is no tenant nobody')]);
  });

  it('says what has no place in production, and what is missing in its configuration', async () => {
    const backup = await inProduction(['backup', join(folder, 'backup')]);
    expect([backup.code, backup.stderr]).toEqual([3, expect.stringContaining('RAPPORT_PROFILE')]);
    const { RAPPORT_MONGODB: _left, ...environment } = production.environment;
    const unset = await rapport(['views', 'status'], { environment });
    expect([unset.code, unset.stderr]).toEqual([3, expect.stringContaining('RAPPORT_MONGODB is not set')]);
  });
});

/** What was said without what tells how events arrived and what follows from that: no two ledgers share it. */
const withoutPlaces = (text: string): string =>
  text
    .replace(
      /"(position|recordedat|exportedAt|leafIndex|delaySeconds|rootHash|note)":("[^"]*"|\d+)/g,
      '"$1":…',
    )
    .replace(/position \d+/g, 'position …');

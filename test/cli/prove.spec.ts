import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { touchpoint } from '../engine/open-ledger.js';
import { jsonOf, rapport, serveCommand, type Said } from './rapport-command.js';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'rapport-prove-cli-'));
const data = ['--data', join(folder, 'data')];
const bundle = join(folder, 'c-1.bundle');
const key = join(folder, 'data', '.keys', 'main', 'log.pub');
const verify = (...args: string[]): Promise<Said> => rapport(['verify', 'bundle', ...args]);

beforeAll(async () => {
  const sales = ['sale-1', 'sale-2'].map((id) => JSON.stringify(touchpoint('SaleCompleted', id)));
  await rapport(['record', ...data], { stdin: sales.join('\n') });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('rapport prove', () => {
  it('writes each sort of bundle, to a file or to stdout, and verify accepts it', async () => {
    const questions = [
      ['timeline', 'c-1', '--as-of', '2026-01-31'],
      ['loyalty', 'c-1', '--on', '2026-01-31', '--rules', '1'],
      ['referrals', 'c-1'],
      ['document', 'relationship-360', 'c-1'],
    ];
    for (const question of questions) {
      const said = jsonOf(await rapport(['prove', ...question, '--out', bundle, '--json', ...data]));
      expect(said).toMatchObject({ file: bundle, secrets: 0 });
      const checked = await verify(bundle, '--key', key, '--json');
      expect(checked.code).toBe(0);
      expect(jsonOf(checked)).toMatchObject({
        verified: true,
        origin: 'rapport.local/main',
        answer: said['answer'],
      });
    }
    const { stdout, stderr } = await rapport(['prove', 'timeline', 'c-1', ...data]);
    expect(stderr).toContain('rapport verify bundle');
    const piped = await rapport(['verify', 'bundle', '-', '--key', readFileSync(key, 'utf8').trim()], {
      stdin: stdout,
    });
    expect(piped.code).toBe(0);
  });

  it('leaves no ledger and no file behind where there is nothing to prove', async () => {
    const out = join(folder, 'none.bundle');
    const nowhere = ['--data', join(folder, 'nowhere')];
    expect((await rapport(['prove', 'timeline', 'c-1', '--out', out, ...nowhere])).code).toBe(4);
    expect(
      (await rapport(['prove', 'timeline', 'c-1', '--out', out, ...data, '--tenant', 'none'])).code,
    ).toBe(4);
    const nobody = await rapport(['prove', 'loyalty', 'nobody', '--out', out, ...data]);
    expect([nobody.code, nobody.stderr]).toEqual([4, expect.stringContaining('names the party nobody')]);
    expect((await rapport(['prove', 'document', 'colours', 'c-1', '--out', out, ...data])).code).toBe(4);
    expect((await rapport(['prove', 'timeline', 'c-1', '--limit', 'many', '--out', out, ...data])).code).toBe(
      3,
    );
    expect((await rapport(['prove', 'timeline', 'c-1', '--json', ...data])).code).toBe(3);
    expect(() => readFileSync(out)).toThrow('ENOENT');
  });

  it('proves what was just recorded, through the server that holds the folder', async () => {
    const served = ['--data', join(folder, 'served')];
    const server = await serveCommand(join(folder, 'served'));
    try {
      const sale = JSON.stringify(touchpoint('SaleCompleted', 'just-now'));
      expect((await rapport(['record', ...served], { stdin: sale })).code).toBe(0);
      const said = await rapport(['prove', 'timeline', 'c-1', '--out', bundle, ...served]);
      expect([said.code, said.stdout]).toEqual([0, '']);
      expect(readFileSync(bundle, 'utf8')).toContain('just-now');
      const ownKey = join(folder, 'served', '.keys', 'main', 'log.pub');
      expect((await verify(bundle, '--key', ownKey)).code).toBe(0);
      const nobody = await rapport(['prove', 'loyalty', 'nobody', '--out', bundle, ...served]);
      expect(nobody.code).toBe(4);
    } finally {
      await server.interrupt();
    }
  });
});

describe('rapport verify bundle', () => {
  beforeAll(async () => {
    await rapport(['prove', 'timeline', 'c-1', '--out', bundle, ...data]);
  });

  it('ends with 5 and the check that failed when a bundle is refused', async () => {
    const edited = join(folder, 'edited.bundle');
    writeFileSync(edited, readFileSync(bundle, 'utf8').replace('"headline":"', '"headline":"Never '));
    const said = await verify(edited, '--key', key);
    expect([said.code, said.stdout]).toEqual([5, '']);
    expect(said.stderr).toMatch(
      /^rapport: (The answer is not what these events give|The bundle has not the length)/,
    );
    const json = await verify(edited, '--key', key, '--json');
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'BUNDLE_REFUSED' } });
  });

  it('wants somebody to be believed: a key or a policy, and one that is one', async () => {
    const policy = join(folder, 'policy.txt');
    writeFileSync(policy, `log ${readFileSync(key, 'utf8').trim()}\nquorum none\n`);
    expect((await verify(bundle, '--policy', policy)).code).toBe(0);
    expect((await verify(bundle)).code).toBe(3);
    expect((await verify(bundle, '--policy', policy, '--key', key)).code).toBe(3);
    expect((await verify(bundle, '--key', bundle)).code).toBe(3);
    expect((await verify(bundle, '--key', join(folder, 'none.pub'))).code).toBe(4);
    expect((await verify(join(folder, 'none.bundle'), '--key', key)).code).toBe(4);
    expect((await verify(folder, '--key', key)).code).toBe(3);
  });
});

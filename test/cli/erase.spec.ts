import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { inquiry } from '../e2e/touchpoints.js';
import { jsonOf, rapport, type Said } from './rapport-command.js';

jest.setTimeout(60_000);

const TEXT = 'Where is my parcel? I am at home.';
const folder = mkdtempSync(join(tmpdir(), 'rapport-erase-'));
const places = ['--data', join(folder, 'data'), '--keys', join(folder, 'keys')];
const run = (line: string, options: Parameters<typeof rapport>[1] = {}): Promise<Said> =>
  rapport([...line.split(' '), ...places], options);

beforeAll(async () => {
  const hold = {
    ...inquiry('h', 'c-2'),
    type: 'rapport.party.LegalHoldPlaced.v1',
    data: { reference: 'case 17' },
  };
  const stdin = [inquiry('i-1'), inquiry('i-2', 'c-2'), hold]
    .map((event) => JSON.stringify(event))
    .join('\n');
  expect((await run('record -', { stdin })).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('rapport erase', () => {
  it('refuses what it must, with an exit code that says why', async () => {
    expect((await run('erase c-1')).code).toBe(2);
    expect((await run('erase nobody --basis request')).code).toBe(4);
    expect((await run('erase c-1 --basis request --requested-on soon')).code).toBe(3);
    const held = await run('erase c-2 --basis request');
    expect([held.code, held.stderr]).toEqual([5, expect.stringContaining('case 17')]);
    const environment = { RAPPORT_ERASURE_APPROVAL: 'required' };
    expect((await run('erase c-1 --basis request --by s-7', { environment })).code).toBe(5);
    expect((await run('erase c-1 --basis request --by s-7 --approved-by s-7', { environment })).code).toBe(5);
    const mistyped = await run('erase c-1 --basis request', {
      environment: { RAPPORT_ERASURE_APPROVAL: 'yes' },
    });
    expect(mistyped.code).toBe(3);
    expect((await run('export events --personal')).stdout.split(TEXT)).toHaveLength(3);
  });

  it('needs the keys where values are opened, and only there', async () => {
    const without = await rapport(['export', 'events', '--personal', ...places.slice(0, 2)]);
    expect([without.code, without.stdout]).toEqual([3, '']);
    expect((await rapport(['timeline', 'c-1', ...places.slice(0, 2)])).code).toBe(0);
  });

  it('says what it would do, does it, and says the same again', async () => {
    const dry = await run('erase c-1 --basis request --dry-run');
    expect(dry.stdout).toBe('c-1: 1 personal value would become unreadable. Nothing was done.\n');
    const first = await run('erase c-1 --basis request --by s-7 --approved-by s-3 --json');
    expect(jsonOf(first)).toMatchObject({
      persons: [{ person: 'c-1', parts: 1, by: 's-7', approvedBy: 's-3', position: expect.any(String) }],
    });
    expect(jsonOf(await run('erase c-1 --basis other --json'))).toEqual(jsonOf(first));
    expect((await run('erase c-1 --basis other --dry-run')).stdout).toMatch(/^c-1: erased on .* already/);
    expect((await run('export events --personal')).stdout.split(TEXT)).toHaveLength(2);
  });
});

describe('rapport person export', () => {
  it('writes everything held about a person into a file that only its owner may read', async () => {
    const out = join(folder, 'c-2.json');
    const said = await run(`person export c-2 --out ${out}`);
    expect([said.code, said.stdout]).toEqual([0, '']);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const document = JSON.parse(readFileSync(out, 'utf8')) as { count: number; events: readonly unknown[] };
    expect(document).toMatchObject({ party: 'c-2', persons: ['c-2'], count: 2 });
    expect(document.events).toMatchObject([
      { personal: { '/text': TEXT } },
      { data: { reference: 'case 17' } },
    ]);
    expect((await run('person export nobody')).code).toBe(4);
  });
});

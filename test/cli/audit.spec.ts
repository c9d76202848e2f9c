import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { logPolicy, parseLeaf, verifyTlogProof } from '@rapport/proof';
import { linesOf } from '../e2e/talk.js';
import { inquiry, sale } from '../e2e/touchpoints.js';
import { jsonOf, rapport, type Said } from './rapport-command.js';

jest.setTimeout(120_000);

describe('replays and reports from the command line, without a server', () => {
  let folder: string;
  const run = async (...args: readonly string[]): Promise<Said> => {
    const said = await rapport([...args, '--data', join(folder, 'data')]);
    expect([args.join(' '), said.code, said.code === 0 ? '' : said.stderr]).toEqual([args.join(' '), 0, '']);
    return said;
  };
  const refused = async (...args: readonly string[]): Promise<readonly [number | null, string]> => {
    const { code, stdout, stderr } = await rapport([...args, '--data', join(folder, 'data')]);
    expect(stdout).toBe('');
    return [code, stderr];
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rapport-audit-'));
    const events = [
      ...Array.from({ length: 60 }, (_, at) => sale(`s-${at}`, `c-${at % 20}`)),
      inquiry('q-1', 'c-1', { data: { topic: 'prices', text: 'Personal Words' } }),
    ];
    const voided = {
      ...sale('void', 'c-1', { correctsid: 's-1' }),
      type: 'rapport.governance.TouchpointVoided.v1',
      data: { reason: 'entered twice' },
    };
    for (const batch of [events, [voided]]) {
      const stdin = batch.map((event) => JSON.stringify(event)).join('\n');
      expect((await rapport(['record', '--data', join(folder, 'data')], { stdin })).code).toBe(0);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('streams a whole view as JSON lines, to stdout or into a file, the same as page by page', async () => {
    const whole = linesOf((await run('replay', 'timeline')).stdout);
    const out = join(folder, 'timeline.ndjson');
    await run('replay', 'timeline', '--out', out);
    expect(linesOf(await readFile(out, 'utf8'))).toEqual(whole);
    const paged: unknown[] = [];
    let after: string | undefined;
    do {
      const page = ['--limit', '25', ...(after === undefined ? [] : ['--after', after])];
      const { value } = jsonOf(await run('replay', 'timeline', '--json', ...page)) as {
        value: { items: unknown[]; next?: string };
      };
      paged.push(...value.items);
      after = value.next;
    } while (after !== undefined);
    expect(paged).toEqual(whole);
  });

  it('hashes a replay as the live view is hashed, and another size of the log otherwise', async () => {
    const live = jsonOf(await run('views', 'hash', '--json')) as {
      views: { view: string; sha256: string }[];
    };
    for (const { view, sha256 } of live.views.slice(0, 2))
      expect(jsonOf(await run('replay', view, '--hash', '--json'))).toMatchObject({
        sha256,
        sameAsLive: true,
      });
    const then = jsonOf(await run('replay', 'timeline', '--hash', '--tree-size', '40', '--json'));
    expect(then).toMatchObject({ position: '40', bounds: { knownAt: '40' } });
    expect(then['sha256']).not.toBe(live.views[0]?.sha256);
    expect((await run('replay', 'signals', 'c-2')).stderr).toContain('to the byte');
  });

  it('compares two bounds, of a key and of the whole view', async () => {
    const { position } = jsonOf(await run('replay', 'timeline', 'c-1', '--json'));
    const before = ['--from-tree-size', String(Number(position) - 1)];
    expect((await run('replay', 'diff', 'timeline', 'c-1', ...before)).stdout).toMatch(
      /^removed  c-1  .* s-1\n/,
    );
    const lines = linesOf((await run('replay', 'diff', 'relationship-360', ...before, '--json')).stdout);
    expect(lines).toMatchObject([{ key: 'c-1', change: 'changed' }]);
    const same = await run('replay', 'diff', 'timeline', '--from-known-at', '9', '--to-known-at', '9');
    expect([same.stdout, same.stderr]).toEqual(['', expect.stringContaining('Nothing differs')]);
  });

  it('reports a party to a file, with receipts that verify against the key alone', async () => {
    const out = join(folder, 'c-1.json');
    const receipts = join(folder, 'receipts');
    await run('report', 'c-1', '--json', '--out', out, '--receipts', receipts);
    const report = JSON.parse(await readFile(out, 'utf8')) as {
      value: {
        events: { position: string; leafIndex: number; eventId: string; receipt: string; id: string }[];
      };
    };
    const { events } = report.value;
    expect(events.map(({ id }) => id).sort()).toEqual(['q-1', 's-1', 's-21', 's-41', 'void']);
    expect(await readdir(receipts)).toHaveLength(2 * events.length);
    const key = (await run('log', 'key')).stdout.trim();
    for (const { receipt, leafIndex, id } of events) {
      const leaf = await readFile(receipt.replace(/\.tlog-proof$/, '.leaf'));
      expect(verifyTlogProof(await readFile(receipt), leaf, logPolicy(key)).index).toBe(leafIndex);
      expect(parseLeaf(leaf).subject).toBe('relationship/c-1');
      expect(id).not.toBe('');
    }
    const text = (await run('report', 'c-1')).stdout;
    expect(text).toContain('Reason: entered twice.');
    expect(text + JSON.stringify(report)).not.toContain('Personal Words');
  });

  it('records who looks when told what for, and nothing otherwise', async () => {
    const viewings = async (): Promise<unknown[]> =>
      linesOf((await run('export', 'events', '--types', 'rapport.governance.AuditorViewed.v1')).stdout);
    expect(await viewings()).toEqual([]);
    await run('report', 'c-2', '--purpose', 'yearly review', '--actor', 'auditor-1');
    await run('replay', 'timeline', '--hash', '--purpose', 'yearly review', '--actor', 'auditor-1');
    expect(await viewings()).toMatchObject([
      { actorid: 'auditor-1', subject: 'policy/audit', data: { parties: [{ id: 'c-2', role: 'viewed' }] } },
      { actorid: 'auditor-1', subject: 'policy/audit', data: { purpose: 'yearly review' } },
    ]);
    expect((await run('report', 'c-2')).stdout).toMatch(/Who looked[^]*What for: yearly review/);
  });

  it('says what is wrong with what it was given', async () => {
    for (const [args, code, words] of [
      [['replay', 'colours'], 4, 'views are'],
      [['replay', 'timeline', '--tree-size', '9999'], 3, 'leaves'],
      [['replay', 'timeline', '--limit', '0'], 3, '--limit'],
      [['report', 'nobody'], 4, 'check the id'],
      [['report', 'c-1', '--from', '2026-02-01', '--to', '2026-01-01'], 3, '--to lies before --from'],
      [['report', 'c-1', '--purpose', 'review'], 3, 'actor'],
    ] as const)
      expect(await refused(...args)).toEqual([code, expect.stringContaining(words)]);
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { jsonOf, rapport, serveCommand, type ServedCommand } from './rapport-command.js';

jest.setTimeout(120_000);

let folder = '';
let dataDir = '';
let served: ServedCommand | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-cli-'));
  dataDir = join(folder, 'data');
});
afterEach(async () => {
  await served?.kill();
  served = undefined;
  await rm(folder, { recursive: true, force: true });
});

const inquiry = (id: string, more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: 'urn:spec',
    type: 'rapport.inquiry.InquiryReceived.v1',
    subject: 'relationship/c-1',
    time: '2026-01-31T12:00:00Z',
    data: { topic: 'prices' },
    ...more,
  });

const at = (...args: string[]): string[] => [...args, '--data', dataDir];

describe('the command', () => {
  it('helps without loading a ledger, and says how it ends', async () => {
    const help = await rapport(['--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('Exit codes');
    expect((await rapport(['import', '--help'])).stdout).toContain('Examples:');
  });

  it('ends with a code that says what sort of failure it was, and one sentence on stderr', async () => {
    const code = async (args: readonly string[]): Promise<readonly [number | null, string]> => {
      const said = await rapport(args);
      expect(said.stdout).toBe('');
      return [said.code, said.stderr.trim().split('\n')[0] ?? ''];
    };
    expect((await code(['bogus']))[0]).toBe(2);
    expect((await code(['timeline']))[0]).toBe(2);
    expect(await code(at('timeline', 'c-1'))).toEqual([4, expect.stringContaining('rapport serve')]);
    await rapport(at('record'), { stdin: inquiry('i-1') });
    expect(await code(at('timeline', 'nobody'))).toEqual([4, expect.stringContaining('check the id')]);
    expect((await code(at('timeline', 'c-1', '--limit', 'many')))[0]).toBe(3);
    expect((await code(at('timeline', 'c-1', '--as-of', 'soon')))[0]).toBe(3);
    expect((await code(at('views', 'hash', 'colours')))[0]).toBe(4);
    expect((await code(at('record', join(folder, 'none.jsonl'))))[0]).toBe(4);
    const refused = await rapport(at('record'), {
      stdin: inquiry('x', {
        type: 'rapport.complaint.RemedyOffered.v1',
        episode: 'e',
        data: { remedy: 'refund' },
      }),
    });
    expect([refused.code, refused.stderr]).toEqual([
      expect.any(Number),
      expect.stringMatching(/COMPLAINT_NOT_FOUND|INVALID_PAYLOAD/),
    ]);
    expect(refused.code).not.toBe(0);
  });

  it('records lines, documents and options; a bad line never loses the good ones', async () => {
    const lines = await rapport(at('record', '-', '--json'), {
      stdin: `${inquiry('i-1')}\nnot json\n${inquiry('i-2')}\n${inquiry('i-1')}\n`,
    });
    expect(
      lines.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { line: number; status: string }).status),
    ).toEqual(['recorded', 'rejected', 'recorded', 'duplicate']);
    expect(lines.code).toBe(3);
    const document = await rapport(at('record', '-'), {
      stdin: JSON.stringify([JSON.parse(inquiry('i-3'))], null, 2),
    });
    expect([document.code, document.stdout]).toEqual([
      0,
      expect.stringContaining('recorded relationship/c-1 i-3'),
    ]);
    const options = await rapport(
      at(
        'record',
        '--type',
        'rapport.inquiry.InquiryReceived.v1',
        '--subject',
        'relationship/c-1',
        '--data-json',
        '{"topic":"hours"}',
        '--id',
        'i-4',
      ),
    );
    expect(options.code).toBe(0);
    const timeline = jsonOf(await rapport(at('timeline', 'c-1', '--json'))) as {
      value: { items: { id: string }[] };
    };
    expect(timeline.value.items.map(({ id }) => id).sort()).toEqual(['i-1', 'i-2', 'i-3', 'i-4']);
  });

  it('writes through a running server and reads beside it', async () => {
    served = await serveCommand(dataDir);
    expect((await rapport(at('record'), { stdin: inquiry('i-1') })).code).toBe(0);
    expect((await rapport(at('timeline', 'c-1'))).stdout).toContain('InquiryReceived');
    const answer = (await (await fetch(`${served.url}/v1/parties/c-1/timeline`)).json()) as {
      value: { items: unknown[] };
    };
    expect(answer.value.items).toHaveLength(1);
    expect((await rapport(at('views', 'rebuild'))).code).toBe(5);
    expect((await rapport(at('doctor', '--quick'))).stdout).toContain(served.url);
  });

  it('serves until it is told to stop, and starts again quickly', async () => {
    served = await serveCommand(dataDir);
    await served.hasSaid('curl'); // the address comes first, what to try after it
    expect(await served.interrupt()).toBe(0);
    expect(served.said()).toContain('Stopped.');
    served = await serveCommand(dataDir);
    expect((await (await fetch(`${served.url}/healthz`)).json()) as object).toBeDefined();
  });

  it('says which port is taken', async () => {
    served = await serveCommand(dataDir);
    const said = await rapport([
      'serve',
      '--no-sample',
      '--data',
      join(folder, 'other'),
      '--port',
      new URL(served.url).port,
    ]);
    expect([said.code, said.stderr]).toEqual([6, expect.stringContaining('--port')]);
  });

  it('writes neither colour nor a progress bar where nobody sees them', async () => {
    await rapport(at('record'), { stdin: inquiry('i-1') });
    const { stdout, stderr } = await rapport(at('views', 'status'), {
      environment: { FORCE_COLOR: undefined },
    });
    expect(`${stdout}${stderr}`).not.toContain('\u001b');
  });

  it('exports what it holds so that it can be recorded elsewhere, and gives the same views', async () => {
    await rapport(at('record', '-'), {
      stdin: [inquiry('i-1'), inquiry('i-2', { data: { topic: '=1+1', text: 'personal words' } })].join('\n'),
    });
    const csv = await rapport(at('export', 'events', '--format', 'csv'));
    expect(csv.stdout).not.toContain('personal words');
    const copy = join(folder, 'copy.jsonl');
    expect(
      (
        await rapport(
          at(
            'export',
            'events',
            '--format',
            'cloudevents',
            '--personal',
            '--types',
            'rapport.inquiry.InquiryReceived.v1',
            '--out',
            copy,
          ),
        )
      ).code,
    ).toBe(0);
    expect(await readFile(copy, 'utf8')).toContain('personal words');
    expect((await rapport(['record', copy, '--data', join(folder, 'second')])).code).toBe(0);
    const hash = async (data: string): Promise<unknown> =>
      jsonOf(await rapport(['views', 'hash', 'timeline', '--data', data, '--json']))['all'];
    expect(await hash(join(folder, 'second'))).toBe(await hash(dataDir));
  });

  it('replays to what the live view holds, and to what was known', async () => {
    await rapport(at('record'), { stdin: inquiry('i-1') });
    const first = jsonOf(await rapport(at('views', 'status', '--json'))) as { head: { position: string } };
    await rapport(at('record'), { stdin: inquiry('i-2') });
    expect(jsonOf(await rapport(at('replay', 'relationship-360', 'c-1', '--json')))).toMatchObject({
      sameAsLive: true,
    });
    const known = jsonOf(
      await rapport(at('replay', 'timeline', 'c-1', '--known-at', first.head.position, '--json')),
    ) as { value: unknown[] };
    expect(known.value).toHaveLength(1);
    const diff = jsonOf(
      await rapport(at('diff', 'c-1', '--from-known-at', first.head.position, '--json')),
    ) as { value: { changes: { change: string }[] } };
    expect(diff.value.changes.map(({ change }) => change)).toEqual(['learned']);
  });

  it('checks an import without recording, keeps what is to be mended, and stops cleanly', async () => {
    const map = join(folder, 'map.json');
    const rows = join(folder, 'rows.csv');
    await writeFile(
      map,
      JSON.stringify({
        format: { type: 'csv' },
        source: 'urn:spec',
        touchpoints: [
          {
            type: 'rapport.inquiry.InquiryReceived.v1',
            subject: '="relationship/" & who',
            time: '=$date(day, "yyyy-MM-dd")',
            data: { topic: '=topic' },
          },
        ],
      }),
    );
    await writeFile(rows, 'who,day,topic\na,2026-01-01,prices\nb,soon,hours\nc,2026-01-02,\n');
    const dry = await rapport(at('import', '--map', map, rows, '--dry-run', '--json'));
    expect(jsonOf(dry)).toEqual({ rows: 3, read: 3, valid: 1, rejected: 2, dryRun: true });
    const rejects = join(folder, 'mend.csv');
    const run = await rapport(at('import', '--map', map, rows, '--rejects', rejects, '--json'));
    expect([run.code, jsonOf(run)]).toEqual([
      3,
      { rows: 3, read: 3, recorded: 1, duplicate: 0, rejected: 2 },
    ]);
    expect(await readFile(rejects, 'utf8')).toBe('who,day,topic\nb,soon,hours\nc,2026-01-02,\n');
    expect(run.stderr).toMatch(/line 3: .*yyyy-MM-dd/);
    const wrong = await rapport(at('import', '--map', rows, rows));
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('is not a mapping')]);
  });

  it('goes on where an interrupted import stopped', async () => {
    const map = join(folder, 'map.json');
    const rows = join(folder, 'rows.csv');
    await writeFile(
      map,
      JSON.stringify({
        format: { type: 'csv' },
        source: 'urn:spec',
        touchpoints: [
          {
            type: 'rapport.inquiry.InquiryReceived.v1',
            subject: '="relationship/" & who',
            time: '=$date(day, "yyyy-MM-dd")',
            data: { topic: 'prices' },
          },
        ],
      }),
    );
    const count = 40_000;
    await writeFile(
      rows,
      `who,day\n${Array.from({ length: count }, (_, index) => `p-${index % 500},2026-01-01`).join('\n')}\n`,
    );
    const stopped = await rapport(at('import', '--map', map, rows, '--json'), {
      onStart: (child) => void setTimeout(() => child.kill('SIGINT'), 2_500),
    });
    if (stopped.code === 0) return; // a machine so fast that it was done before it was stopped
    expect([stopped.code, stopped.signal]).toEqual([130, null]);
    const resumed = jsonOf(await rapport(at('import', '--map', map, rows, '--resume', '--json'))) as Record<
      string,
      number
    >;
    expect(resumed).toMatchObject({ rows: count, read: count, rejected: 0 });
    expect((resumed['recorded'] ?? 0) + (resumed['duplicate'] ?? 0)).toBe(count);
    const { head } = jsonOf(await rapport(at('views', 'status', '--json'))) as { head: { count: number } };
    expect(head.count).toBeGreaterThanOrEqual(count);
    expect(head.count).toBeLessThan(count + 10);
  });
});

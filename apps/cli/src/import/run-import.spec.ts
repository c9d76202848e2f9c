import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '@rapport/kernel';
import { importJournal } from './import-journal.js';
import { mapperOf } from './mapper.js';
import { parseMapping, type Mapping } from './mapping.js';
import { rejectsFile } from './rejects-file.js';
import { openRows } from './rows/open-rows.js';
import {
  NOTHING_COUNTED,
  runImport,
  type ImportCounts,
  type ImportProblem,
  type Sink,
} from './run-import.js';
import { unitsOf } from './unit.js';

const MAPPING = parseMapping({
  format: { type: 'csv' },
  source: 'urn:example',
  touchpoints: [
    {
      type: 't',
      subject: '="relationship/" & who',
      time: '=$date(day, "yyyy-MM-dd")',
      data: { what: '=what' },
    },
  ],
});

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'rapport-import-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A ledger of ids: knows what it was given before, refuses what says "bad". */
function remembering(known = new Map<string, JsonObject>()): { sink: Sink; known: Map<string, JsonObject> } {
  const sink: Sink = async (batch) =>
    batch.map((touchpoint) => {
      if ((touchpoint['data'] as JsonObject)['what'] === 'bad')
        return { status: 'rejected', code: 'INVALID_PAYLOAD', message: '/data/what is bad.' };
      const id = touchpoint['id'] as string;
      const status = known.has(id) ? ('duplicate' as const) : ('recorded' as const);
      known.set(id, touchpoint);
      return { status };
    });
  return { sink, known };
}

interface Ran {
  counts: ImportCounts;
  problems: readonly ImportProblem[];
  header: string | undefined;
}

async function run(
  text: string,
  sink: Sink,
  more: {
    mapping?: Mapping;
    skip?: number;
    counted?: ImportCounts;
    signal?: AbortSignal;
    onBatch?: (unitsDone: number, counts: ImportCounts) => Promise<void>;
  } = {},
): Promise<Ran> {
  const file = join(folder, 'rows.csv');
  await writeFile(file, text);
  const mapping = more.mapping ?? MAPPING;
  const rows = openRows(file, mapping);
  const problems: ImportProblem[] = [];
  const counts = await runImport({
    units: unitsOf(rows, mapping),
    mapper: mapperOf(mapping),
    sink,
    skip: more.skip ?? 0,
    counted: more.counted ?? NOTHING_COUNTED,
    signal: more.signal ?? new AbortController().signal,
    onProblem: async (problem) => void problems.push(problem),
    onBatch: more.onBatch ?? (async () => undefined),
  });
  return { counts, problems, header: rows.header };
}

const HEADER = 'who,day,what\n';

describe('an import', () => {
  it('counts so that what was read is recorded, duplicate or rejected', async () => {
    const { counts, problems } = await run(
      `${HEADER}a,2026-01-01,x\na,soon,x\na,2026-01-01\na,2026-01-01,bad\nb,2026-01-02,y\n`,
      remembering().sink,
    );
    expect(counts).toEqual({ rows: 5, read: 5, recorded: 2, duplicate: 0, rejected: 3 });
    expect(problems.map(({ rows }) => rows[0]?.line).sort()).toEqual([3, 4, 5]);
  });

  it('takes rows that say the same for as many things that happened', async () => {
    const { sink, known } = remembering();
    expect((await run(`${HEADER}a,2026-01-01,x\na,2026-01-01,x\n`, sink)).counts).toMatchObject({
      recorded: 2,
      duplicate: 0,
    });
    expect(known.size).toBe(2);
  });

  it('records nothing twice when it is repeated, in whatever order the rows stand', async () => {
    const row = fc.constantFrom(
      'a,2026-01-01,x',
      'a,2026-01-01,y',
      'b,2026-01-02,x',
      'b,2026-01-02,"x, ""y"""',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        async (rows, random) => {
          const { sink, known } = remembering();
          expect((await run(`${HEADER}${rows.join('\n')}\n`, sink)).counts.recorded).toBe(rows.length);
          const first = new Map(known);
          const shuffled = rows
            .map((text) => ({ text, key: random.next().value as number }))
            .sort((x, y) => x.key - y.key);
          const { counts } = await run(`${HEADER}${shuffled.map(({ text }) => text).join('\n')}\n`, sink);
          expect(counts).toMatchObject({ recorded: 0, duplicate: rows.length });
          expect(known).toEqual(first);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('goes on where it was stopped, and the counts add up over both', async () => {
    const text = `${HEADER}${Array.from({ length: 2_500 }, (_, index) => `p-${index},2026-01-01,x`).join('\n')}\n`;
    const { sink, known } = remembering();
    const stop = new AbortController();
    const batches: [number, ImportCounts][] = [];
    const first = await run(text, sink, {
      signal: stop.signal,
      onBatch: async (unitsDone, counts) => {
        batches.push([unitsDone, counts]);
        stop.abort();
      },
    });
    expect(first.counts).toMatchObject({ read: 1_000, recorded: 1_000 });
    const [skip, counted] = batches.at(-1) ?? [0, NOTHING_COUNTED];
    expect((await run(text, sink, { skip, counted })).counts).toEqual({
      rows: 2_500,
      read: 2_500,
      recorded: 2_500,
      duplicate: 0,
      rejected: 0,
    });
    expect(known.size).toBe(2_500);
  });

  it('joins rows of a group whatever their order, and names it by its column', async () => {
    const mapping = parseMapping({
      format: { type: 'csv' },
      source: 'urn:example',
      group: 'invoice',
      identity: 'invoice',
      touchpoints: [
        {
          type: 't',
          subject: '="relationship/" & who',
          time: '=$date(day, "yyyy-MM-dd")',
          data: { what: '=[rows.what]' },
        },
      ],
    });
    const [one, other] = [remembering(), remembering()];
    await run('invoice,who,day,what\n1,a,2026-01-01,x\n2,b,2026-01-01,z\n1,a,2026-01-01,y\n', one.sink, {
      mapping,
    });
    await run('invoice,who,day,what\n1,a,2026-01-01,y\n1,a,2026-01-01,x\n2,b,2026-01-01,z\n', other.sink, {
      mapping,
    });
    expect([...one.known.keys()].sort()).toEqual(['1', '2']);
    expect(one.known.get('1')?.['data']).toEqual({ what: ['x', 'y'] });
    expect(Object.fromEntries(other.known)).toEqual(Object.fromEntries(one.known));
  });

  it('keeps rejected rows so that they can be mended and imported again', async () => {
    const { problems, header } = await run(
      `${HEADER}a,2026-01-01,x\nb,2026-01-01,bad\n"c ""d""",soon,"x\ny"\n`,
      remembering().sink,
    );
    const path = join(folder, 'rejects.csv');
    const rejects = rejectsFile(path);
    for (const problem of problems) await rejects.add(problem, header);
    await rejects.close();
    const kept = await readFile(path, 'utf8');
    expect(kept.split('\n')[0]).toBe('who,day,what');
    const reasons = (await readFile(`${path}.reasons.jsonl`, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number });
    expect(reasons.map(({ line }) => line).sort()).toEqual([3, 4]);
    const mended = kept.replace('bad', 'good').replace('soon', '2026-01-02');
    expect((await run(mended, remembering().sink)).counts).toMatchObject({ recorded: 2, rejected: 0 });
  });

  it('remembers how far it came until it is done, for this very file and mapping', async () => {
    const file = join(folder, 'rows.csv');
    await writeFile(file, HEADER);
    const at = (mappingText: string) =>
      importJournal({ dataDir: join(folder, 'data'), tenant: 'main', file, mappingText });
    const journal = await at('{}');
    expect(await journal.read()).toBeUndefined();
    await journal.write(7, { ...NOTHING_COUNTED, rows: 7 });
    expect(await (await at('{}')).read()).toMatchObject({ unitsDone: 7, counts: { rows: 7 } });
    expect(await (await at('{"other":1}')).read()).toBeUndefined();
    await journal.remove();
    expect(await journal.read()).toBeUndefined();
  });
});

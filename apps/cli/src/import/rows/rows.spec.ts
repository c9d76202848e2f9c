import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { csvRows } from './csv-rows.js';
import { jsonlRows } from './jsonl-rows.js';
import type { BrokenRow, Row } from './row.js';
import { whitespaceRows } from './whitespace-rows.js';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'rapport-rows-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(folder, 'rows');
  await writeFile(path, content);
  return path;
}

async function all(rows: AsyncIterable<Row | BrokenRow>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const row of rows)
    seen.push('broken' in row ? `line ${row.line} ${row.broken}` : [row.line, { ...row.cells }]);
  return seen;
}

const CSV = { delimiter: ',', header: true, encoding: 'utf-8', missing: ['', 'NA'] } as const;

describe('rows of a file', () => {
  it('are read from CSV with quotes, line breaks in cells, a byte order mark and CRLF', async () => {
    const path = await file('\ufeffa,b\r\n"1, ""x""","two\r\nlines"\r\n3,NA\r\n');
    const rows = csvRows(path, CSV);
    expect(await all(rows)).toEqual([
      [2, { a: '1, "x"', b: 'two\nlines' }],
      [4, { a: '3' }],
    ]);
    expect(rows.header).toBe('a,b');
  });

  it('that are broken never stop the others', async () => {
    const seen = await all(
      csvRows(await file('a,b\n1,2\n3\n4,5,6\n"x"y,5" pipe\n"open,7\n8,9\n"also,1\n10,11\n'), CSV),
    );
    expect(seen).toEqual([
      [2, { a: '1', b: '2' }],
      'line 3 has 1 cells where the columns are 2: check delimiters and quotes',
      'line 4 has 3 cells where the columns are 2: check delimiters and quotes',
      'line 5 is not CSV (CSV_INVALID_CLOSING_QUOTE): check its quotes',
      'line 6 is not CSV (CSV_INVALID_CLOSING_QUOTE): check its quotes',
      [7, { a: '8', b: '9' }],
      'line 8 has a quote that never closes: close or remove it',
      [9, { a: '10', b: '11' }],
    ]);
  });

  it('are read from columns kept apart by spaces, with or without a header', async () => {
    expect(
      await all(
        whitespaceRows(await file(' a  b\r\n 1  2\r\n\r\n 3\t4 \r\n5\r\n'), {
          header: true,
          encoding: 'utf-8',
          missing: [''],
        }),
      ),
    ).toEqual([
      [2, { a: '1', b: '2' }],
      [4, { a: '3', b: '4' }],
      'line 5 has 1 cells where the columns are 2: check delimiters and quotes',
    ]);
    expect(
      await all(
        whitespaceRows(await file('1 2'), {
          columns: ['x', 'y'],
          header: false,
          encoding: 'utf-8',
          missing: [''],
        }),
      ),
    ).toEqual([[1, { x: '1', y: '2' }]]);
  });

  it('are read from JSON lines, strictly', async () => {
    const seen = await all(
      jsonlRows(await file('{"a":1}\n[1]\n{"a":1,"a":2}\nnot json\n{"b":{"c":[1]}}'), { encoding: 'utf-8' }),
    );
    expect(seen).toEqual([
      [1, { a: 1 }],
      'line 2 is not a JSON object',
      expect.stringContaining('line 3 is not usable'),
      expect.stringContaining('line 4 is not usable'),
      [5, { b: { c: [1] } }],
    ]);
  });

  it('have an encoding, and other bytes are refused with what to do', async () => {
    const latin = new Uint8Array([0x61, 0x0a, 0xe9]);
    await expect(all(csvRows(await file(latin), CSV))).rejects.toMatchObject({
      code: 'INVALID_TEXT',
      message: expect.stringContaining('windows-1252'),
    });
    expect(await all(csvRows(await file(latin), { ...CSV, encoding: 'windows-1252' }))).toEqual([
      [2, { a: 'é' }],
    ]);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { parseStrictJson, valueOf, type JsonObject } from '@rapport/kernel';
import { kinds } from '@rapport/touchpoints';
import { mapperOf } from './mapper.js';
import { parseMapping } from './mapping.js';
import { openRows } from './rows/open-rows.js';
import { unitsOf } from './unit.js';

const PAGE = fileURLToPath(new URL('../../../../docs/how-to/import-your-data.md', import.meta.url));

it('does what the guide to importing says', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const block = (language: string): string =>
    new RegExp(`\`\`\`${language}\\n([^\`]+)\`\`\``).exec(page)?.[1] ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'rapport-guide-'));
  const file = join(folder, 'orders.csv');
  await writeFile(file, block('text'));
  const mapping = parseMapping(valueOf(parseStrictJson(block('json'))));
  const mapper = mapperOf(mapping);
  const touchpoints: JsonObject[] = [];
  for await (const unit of unitsOf(openRows(file, mapping), mapping)) {
    if (unit.kind === 'unit')
      for (const mapped of await mapper.map(unit))
        if ('touchpoint' in mapped) touchpoints.push(mapped.touchpoint);
  }
  await rm(folder, { recursive: true });
  expect(touchpoints).toMatchObject([
    {
      id: '1001',
      subject: 'relationship/c-7',
      time: '2026-01-30T23:00:00.000Z',
      data: { lines: [{ unitPrice: { amountMinor: 1990 } }] },
    },
    { id: '1002', subject: 'relationship/c-8', data: { lines: [{ unitPrice: { amountMinor: 500 } }] } },
  ]);
  for (const { type, data } of touchpoints)
    expect(kinds.get(type as string)?.validate(data ?? null)).toMatchObject({ ok: true });
});

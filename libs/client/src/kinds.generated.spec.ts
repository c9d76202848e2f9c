import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { kinds } from '@rapport/touchpoints';
import { format, resolveConfig } from 'prettier';
import { payloadTypesSource } from '../generate/payload-types.js';

const FILE = fileURLToPath(new URL('./kinds.generated.ts', import.meta.url));

it('types every kind of the registry as it is now (make it again with `npm run client:kinds`)', async () => {
  const source = await format(payloadTypesSource(kinds.all), {
    ...(await resolveConfig(FILE)),
    parser: 'typescript',
  });
  if (process.env['RAPPORT_GENERATE'] === '1') writeFileSync(FILE, source);
  expect(readFileSync(FILE, 'utf8')).toBe(source);
});

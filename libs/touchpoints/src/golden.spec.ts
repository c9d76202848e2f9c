import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { kinds } from './registry.js';

const folder = fileURLToPath(new URL('../../../test/golden/kinds/', import.meta.url));
const rewrite = process.env['UPDATE_GOLDEN'] === '1';

/** Everything of a kind that others build on: once published, it never changes. A new shape is a new version. */
describe('the published shape', () => {
  it.each(kinds.all.map((kind) => [kind.type, kind] as const))(
    'of %s is what it was',
    (type, { example, schema, personal }) => {
      const path = `${folder}${type}.json`;
      const text = `${JSON.stringify({ example, personal, schema }, null, 2)}\n`;
      if (rewrite) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(path, text);
      }
      expect(
        existsSync(path)
          ? readFileSync(path, 'utf8')
          : `no golden file ${type}.json: write it with UPDATE_GOLDEN=1`,
      ).toBe(text);
    },
  );

  it('is kept for every version that was ever published', () => {
    const published = readdirSync(folder).map((name) => name.replace(/\.json$/, ''));
    expect(published.filter((type) => kinds.get(type) === undefined)).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { kindsReference } from './kinds-reference.js';
import { kinds } from './registry.js';

describe('the reference of kinds', () => {
  it('is what the registry says: run `npm run docs:kinds` after a change', () => {
    const page = readFileSync(new URL('../../../docs/reference/kinds.md', import.meta.url), 'utf8');
    expect(page).toBe(kindsReference(kinds));
  });
});

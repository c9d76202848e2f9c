import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { configurationReference } from './configuration-reference.js';
import { VARIABLES } from './variables.js';

const PAGE = new URL('../../../../docs/reference/configuration.md', import.meta.url);

describe('the reference of the configuration', () => {
  it('is what the variables say (npm run docs:configuration writes it)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(configurationReference());
  });

  it('has a line for every variable that is read', () => {
    for (const { name } of VARIABLES) expect(configurationReference()).toContain(`| \`${name}\` |`);
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { cliReference } from './cli-reference.js';
import { rapportProgram } from './program.js';

describe('the reference of the command line', () => {
  it('is what the commands say: run `npm run docs:cli` after a change', () => {
    const page = readFileSync(
      fileURLToPath(new URL('../../../docs/reference/cli.md', import.meta.url)),
      'utf8',
    );
    expect(page).toBe(cliReference());
  });

  it('gives examples of every command', () => {
    expect(cliReference().match(/^Examples:$/gm)).toHaveLength(cliReference().match(/^## /gm)?.length ?? -1);
  });

  it('names every command with a word of its own', () => {
    const names = rapportProgram().commands.map((command) => command.name());
    expect(new Set(names).size).toBe(names.length);
  });
});

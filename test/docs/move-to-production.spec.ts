import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { freshProduction, serversForTests, type FreshProduction } from '../production/fresh-production.js';
import { examplesIn, patternOf } from './examples-in.js';
import { ROOT, runInShell } from './started-command.js';

jest.setTimeout(120_000);

const GUIDE = join(ROOT, 'docs', 'how-to', 'move-to-production.md');
const describeOnServers = (await serversForTests()) === undefined ? describe.skip : describe;

describeOnServers('the guide to moving to production', () => {
  let folder: string;
  let production: FreshProduction;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-guide-'));
    production = await freshProduction();
  });
  afterAll(async () => {
    await production.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The guide's servers and folders, those of this spec. */
  const here = (command: string): string => {
    const variables = Object.entries(production.environment)
      .filter(([name]) => !['RAPPORT_PROFILE', 'RAPPORT_DATA'].includes(name))
      .map(([name, value]) => `export ${name}='${value}'`);
    return [...variables, command.replaceAll('./copy', join(folder, 'copy'))].join('\n');
  };

  it.each(examplesIn(readFileSync(GUIDE, 'utf8')).map((example) => [example.command, example] as const))(
    'gives what is shown: %s',
    async (_command, { command, output }) => {
      expect(await runInShell(here(command), join(folder, 'data'))).toMatch(patternOf(output));
    },
  );
});

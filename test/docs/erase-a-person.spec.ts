import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { examplesIn, patternOf } from './examples-in.js';
import { ROOT, runInShell } from './started-command.js';

jest.setTimeout(120_000);

const GUIDE = join(ROOT, 'docs', 'how-to', 'erase-a-person.md');

describe('the guide to erasing a person', () => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'rapport-guide-'));
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it.each(examplesIn(readFileSync(GUIDE, 'utf8')).map((example) => [example.command, example] as const))(
    'gives what is shown: %s',
    async (_command, { command, output }) => {
      expect(await runInShell(command, dataDir)).toMatch(patternOf(output));
    },
  );
});

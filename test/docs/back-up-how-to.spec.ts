import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { examplesIn, patternOf } from './examples-in.js';
import { ROOT, runInShell } from './started-command.js';

jest.setTimeout(120_000);

const GUIDE = join(ROOT, 'docs', 'how-to', 'back-up-and-restore.md');

describe('the guide to backup and restore', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-guide-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The guide's folders, in the one of this spec. */
  const here = (text: string): string =>
    text.replaceAll(/(?<![\w.])(\/backup|\/vault|\.\/restored)\b/g, (place) =>
      join(folder, place.replace('./', '')),
    );

  it.each(examplesIn(readFileSync(GUIDE, 'utf8')).map((example) => [example.command, example] as const))(
    'gives what is shown: %s',
    async (_command, { command, output }) => {
      expect(await runInShell(here(command), join(folder, 'data'))).toMatch(patternOf(here(output)));
    },
  );
});

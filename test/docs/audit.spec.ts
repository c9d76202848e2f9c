import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { examplesIn, patternOf } from './examples-in.js';
import { ROOT, runInShell, startCommand, type StartedCommand } from './started-command.js';

/** A first start brings the whole example in: a busy machine takes its time. */
jest.setTimeout(180_000);

const GUIDE = join(ROOT, 'docs', 'how-to', 'audit-a-relationship.md');

describe('the guide for auditors, on the living example', () => {
  const examples = examplesIn(readFileSync(GUIDE, 'utf8'));
  let dataDir: string;
  let server: StartedCommand;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'rapport-audit-'));
    server = await startCommand(dataDir);
    await server.hasSaid('Three things to try');
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it.each(examples.map(({ command, output }) => [command, output]))(
    '%s',
    async (command = '', output = '') => {
      const said = await runInShell(command, dataDir);
      expect(`${said.trimEnd()}\n`).toMatch(patternOf(output));
    },
  );
});

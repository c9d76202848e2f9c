import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { examplesIn, laidOut, patternOf, type Example } from './examples-in.js';
import { ROOT, runInShell, startCommand, type StartedCommand } from './started-command.js';

/** A first start brings the whole example in: a busy machine takes its time. */
jest.setTimeout(180_000);

const TUTORIAL = join(ROOT, 'docs', 'tutorial', 'first-ten-minutes.md');
/** What the document calls the server and the data folder. */
const URL_SHOWN = 'http://127.0.0.1:7070';
const DATA_SHOWN = './data';
/** The last thing that a first start says. */
const FIRST_START_DONE = 'Three things to try';

describe('the first ten minutes', () => {
  const [start, ...examples] = examplesIn(readFileSync(TUTORIAL, 'utf8'));
  let dataDir: string;
  let server: StartedCommand;
  const asShown = (text: string): string =>
    `${text.replaceAll(server.url, URL_SHOWN).replaceAll(dataDir, DATA_SHOWN).trimEnd()}\n`;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'rapport-tutorial-'));
    server = await startCommand(dataDir);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('begin with a start that says where it serves and what to try', async () => {
    expect(start?.command).toBe('npm start');
    await server.hasSaid(FIRST_START_DONE);
    expect(asShown(server.said())).toMatch(patternOf(start?.output ?? ''));
  });

  it.each(examples.map((example) => [titleOf(example), example] as const))(
    'give what is shown: %s',
    async (_title, { command, output, isJson }) => {
      const said = asShown(await runInShell(command.replaceAll(URL_SHOWN, server.url), dataDir));
      const [shown, promised] = isJson ? [`${laidOut(said)}\n`, laidOut(output)] : [said, output];
      expect(shown).toMatch(patternOf(promised));
    },
  );

  it('end with a stop that keeps everything', async () => {
    expect(await server.stop()).toBe(0);
    expect(server.said()).toMatch(/Everything acknowledged is safe\.\s*$/);
  });
});

/** The command, or what is recorded by it. */
function titleOf({ command }: Example): string {
  const recorded = /"id": "([\w-]+)"/.exec(command)?.[1];
  return recorded === undefined ? command.replaceAll('\n', ' and ') : `recording ${recorded}`;
}

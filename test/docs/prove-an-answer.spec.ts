import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { rapport, ROOT } from '../cli/rapport-command.js';
import { touchpoint } from '../engine/open-ledger.js';
import { examplesIn, patternOf } from './examples-in.js';

jest.setTimeout(60_000);

const PAGE = readFileSync(join(ROOT, 'docs', 'how-to', 'prove-an-answer.md'), 'utf8');
const RAPPORT = `"${process.execPath}" "${join(ROOT, 'apps', 'cli', 'bin', 'rapport.js')}"`;

/** Runs a line as a shell would; gives what it said, on either output. */
function shell(line: string, cwd: string): Promise<string> {
  const command = line.replaceAll('npx rapport', RAPPORT);
  const child = spawn('bash', ['-c', `${command} 2>&1`], { cwd, env: { ...process.env, NODE_OPTIONS: '' } });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', () => resolve(said));
  });
}

describe('the recipe for proving an answer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-recipe-'));
  beforeAll(async () => {
    const sales = ['sale-1', 'sale-2', 'sale-3'].map((id) => JSON.stringify(touchpoint('SaleCompleted', id)));
    const recorded = await rapport(['record', '--data', join(folder, 'data')], { stdin: sales.join('\n') });
    expect(recorded.stderr + recorded.stdout).toContain('recorded');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const examples = examplesIn(PAGE);
  it.each(examples.map(({ command, output }) => [command, output]))('%s', async (command, output) => {
    expect(await shell(command, folder)).toMatch(patternOf(output));
  });

  it('says what a bundle is refused with when an event was left out', async () => {
    const refused = /^The ledger holds 3 events of .* some were left out\.$/m.exec(PAGE)?.[0] ?? '';
    await shell(
      `${RAPPORT} prove timeline c-1 --out t.bundle && node -e '
        const fs = require("fs");
        const [head, ...rest] = fs.readFileSync("t.bundle", "utf8").trimEnd().split("\\n");
        const lines = rest.filter((line) => !line.includes("sale-2"));
        const header = { ...JSON.parse(head), events: JSON.parse(head).events - 1 };
        header.bytes = lines.join("\\n").length + 1;
        const sorted = Object.fromEntries(Object.entries(header).sort());
        fs.writeFileSync("t.bundle", [JSON.stringify(sorted), ...lines, ""].join("\\n"));'`,
      folder,
    );
    expect(await shell('npx rapport verify bundle t.bundle --key log.pub', folder)).toBe(
      `rapport: ${refused}\n`,
    );
  });
});

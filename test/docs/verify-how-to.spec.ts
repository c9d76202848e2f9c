import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { cosigner, formatSignature, noteKeyPair, parseNote } from '@rapport/proof';
import { ExportedLog, leavesOf, LOG, writeInto } from '../proof/exported-log.js';
import { examplesIn, patternOf } from './examples-in.js';
import { ROOT } from './started-command.js';

jest.setTimeout(60_000);

describe('verify what you were given', () => {
  const examples = examplesIn(
    readFileSync(join(ROOT, 'docs', 'how-to', 'verify-what-you-were-given.md'), 'utf8'),
  );
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rapport-how-to-'));
    const log = new ExportedLog(leavesOf(600));
    const witness = noteKeyPair('witness.example/w1', Buffer.alloc(32, 2), 'cosignature');
    const seen = cosigner(witness.signerKey).cosign(
      parseNote(log.checkpoint()).text,
      Date.parse('2026-03-01T00:00:00Z') / 1_000,
    );
    const cosigned = Buffer.concat([log.checkpoint(), Buffer.from(formatSignature(seen))]);
    for (const name of ['exported', 'damaged']) log.write(join(folder, name));
    const bundle = readFileSync(join(folder, 'damaged', 'tile/entries/001'));
    bundle.write('9', bundle.indexOf('000000000400')); // in the id of entry 400
    for (const [path, content] of [
      ['damaged/tile/entries/001', bundle],
      ['log.pub', `${LOG.verifierKey}\n`],
      ['policy.txt', `log ${LOG.verifierKey}\nwitness w1 ${witness.verifierKey}\nquorum w1\n`],
      ['sale.tlog-proof', log.receipt(300)],
      ['sale.leaf', log.leaves[300]!],
      ['other.leaf', log.leaves[301]!],
      ['witnessed.tlog-proof', log.receipt(300, cosigned)],
      ['witnessed.leaf', log.leaves[300]!],
      ['january.checkpoint', log.checkpoint(100)],
    ] as const)
      writeInto(folder, path, content);
    // So that `npx rapport` and the verifier are found, as in a checkout.
    for (const name of ['node_modules', 'libs']) await symlink(join(ROOT, name), join(folder, name));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(examples.map(({ command, output }) => [command, output] as const))(
    'gives what is shown: %s',
    async (command, output) => {
      expect(await said(command, folder)).toMatch(patternOf(output));
    },
  );
});

async function said(command: string, cwd: string): Promise<string> {
  const child = spawn('sh', ['-c', `exec 2>&1\n${command}`], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  await new Promise((ended) => child.once('close', ended));
  return text.replace(/^npm (warn|notice).*\n/gim, '');
}

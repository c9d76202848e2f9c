import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  cosigner,
  entryBundlePath,
  formatEntryBundle,
  formatSignature,
  formatTlogProof,
  leafHash,
  newTiles,
  nodesOfTile,
  noteKeyPair,
  noteSigner,
  parseNote,
  planConsistency,
  planInclusion,
  signCheckpoint,
  storedHashIndex,
  tilePath,
  TreeBuilder,
  type NodeAddress,
} from '../index.js';
import { runCommand, type Answer } from './commands.js';
import { localFiles } from './local-files.js';

const ORIGIN = 'example.com/acme';
const LOG = noteKeyPair(ORIGIN, Buffer.alloc(32, 1));
const WITNESS = noteKeyPair('witness.example/w1', Buffer.alloc(32, 2), 'cosignature');
const SIZE = 300;
const folder = mkdtempSync(join(tmpdir(), 'rapport-proof-'));
const at = (path: string): string => join(folder, path);
const KEY = ['--key', LOG.verifierKey];

function write(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
}

const run = (...words: readonly string[]): Promise<Answer> => runCommand(words, localFiles);

beforeAll(() => {
  const leaves = Array.from({ length: SIZE }, (_, index) => Buffer.from(`leaf ${index}`));
  const tree = new TreeBuilder();
  const stored: Uint8Array[] = [];
  const read = (nodes: readonly NodeAddress[]): readonly Uint8Array[] =>
    nodes.map((node) => stored[storedHashIndex(node)]!);
  for (const [index, leaf] of leaves.entries()) {
    stored.push(...tree.append(leafHash(leaf)));
    if (index === 99 || index === SIZE - 1) {
      const head = { origin: ORIGIN, size: index + 1, root: tree.root() };
      write(`checkpoint.${index + 1}`, signCheckpoint(head, noteSigner(LOG.signerKey)));
    }
  }
  const checkpoint = readFileSync(at('checkpoint.300'));
  write('log/checkpoint', checkpoint);
  for (const tile of newTiles(0, SIZE)) {
    write(`log/${tilePath(tile)}`, Buffer.concat(read(nodesOfTile(tile))));
    const from = tile.index * 256;
    if (tile.level === 0)
      write(`log/${entryBundlePath(tile)}`, formatEntryBundle(leaves.slice(from, from + tile.width)));
  }
  const inclusion = planInclusion(7, SIZE);
  const proof = inclusion.assemble(read(inclusion.nodes));
  write('leaf', leaves[7]!);
  write('receipt', formatTlogProof({ index: 7, proof, checkpoint }));
  const growth = planConsistency(100, SIZE);
  const hashes = growth.assemble(read(growth.nodes)).map((hash) => Buffer.from(hash).toString('base64'));
  write('growth', `${hashes.join('\n')}\n`);
  const cosignature = cosigner(WITNESS.signerKey).cosign(parseNote(checkpoint).text, 1_700_000_000);
  const cosigned = Buffer.concat([checkpoint, Buffer.from(formatSignature(cosignature))]);
  write('cosigned', formatTlogProof({ index: 7, proof, checkpoint: cosigned }));
  write('policy', `log ${LOG.verifierKey}\nwitness w1 ${WITNESS.verifierKey}\nquorum w1\n`);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('rapport-proof receipt', () => {
  it('says which entry the leaf is and what was read', async () => {
    expect(await run('receipt', at('receipt'), '--leaf', at('leaf'), ...KEY)).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^ok: the leaf is entry 7 of example\.com\/acme, of 300 entries; read 2 files, \d+ bytes\n$/,
      ),
      stderr: '',
    });
  });

  it('refuses another leaf and another key', async () => {
    expect(await run('receipt', at('receipt'), '--leaf', at('growth'), ...KEY)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('refused (bad-proof)'),
    });
    const stranger = noteKeyPair(ORIGIN, Buffer.alloc(32, 9)).verifierKey;
    expect(await run('receipt', at('receipt'), '--leaf', at('leaf'), '--key', stranger)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('refused (unknown-key)'),
    });
  });

  it('follows a policy', async () => {
    const policy = ['--policy', at('policy')];
    expect(await run('receipt', at('receipt'), '--leaf', at('leaf'), ...policy)).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('refused (quorum-not-met)'),
    });
    expect(await run('receipt', at('cosigned'), '--leaf', at('leaf'), ...policy)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('cosigned by w1; read 3 files'),
    });
  });
});

describe('rapport-proof log', () => {
  it('reads everything, and says what is damaged', async () => {
    expect(await run('log', at('log'), '--any-entries', ...KEY)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^ok: all 300 entries of .* read 6 files, \d+ bytes\n$/),
    });
    expect(
      await run('log', at('log'), '--any-entries', ...KEY, '--checkpoint', '../checkpoint.100'),
    ).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('refused (missing): tile/entries/000.p/100'),
    });
    expect(await run('log', at('nowhere'), ...KEY)).toMatchObject({ exitCode: 1 });
  });
});

describe('rapport-proof consistency', () => {
  const heads = (): readonly string[] => [at('checkpoint.100'), at('checkpoint.300'), ...KEY];

  it('takes a proof or the tiles', async () => {
    for (const from of [
      ['--proof', at('growth')],
      ['--log', at('log')],
    ])
      expect(await run('consistency', ...heads(), ...from)).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('only grew from 100 to 300 entries'),
      });
  });

  it('refuses to shrink and proofs of something else', async () => {
    const backwards = [at('checkpoint.300'), at('checkpoint.100'), ...KEY, '--log', at('log')];
    expect(await run('consistency', ...backwards)).toMatchObject({ exitCode: 1 });
    write('other', 'AAAA\n');
    expect(await run('consistency', ...heads(), '--proof', at('other'))).toMatchObject({ exitCode: 1 });
  });
});

describe('a command line that cannot be carried out', () => {
  it.each([
    [[]],
    [['verify']],
    [['receipt', 'a', '--leaf', 'b', '--key', LOG.verifierKey.slice(1)]],
    [['receipt', 'no-such-file', '--leaf', 'no-such-file', '--key', LOG.verifierKey]],
    [['log', 'a']],
    [['log', 'a', '--key']],
    [['log', 'a', '--key', 'k', '--key', 'k']],
    [['log', 'a', '--key', 'k', '--policy', 'p']],
    [['log', 'a', '--keys', 'k']],
    [['log', 'a', 'b', '--key', LOG.verifierKey]],
    [['consistency', 'a', '--key', LOG.verifierKey]],
  ])('checks nothing and says so: %j', async (words) => {
    const answer = await run(...words);
    expect(answer).toMatchObject({ exitCode: 2, stdout: '' });
    expect(answer.stderr).toMatch(/^nothing was checked: /);
  });

  it('gets help', async () => {
    expect((await run('--help')).stdout).toContain('rapport-proof receipt FILE --key KEY [--leaf FILE]');
  });
});

describe('the executable', () => {
  const program = fileURLToPath(new URL('../../bin/rapport-proof.js', import.meta.url));
  const built = existsSync(fileURLToPath(new URL('../../dist/main.js', import.meta.url)));

  (built ? it : it.skip)(
    `passes on what the command answers${built ? '' : ' (skipped: not built)'}`,
    async () => {
      const ran = (...words: readonly string[]) => {
        const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words]);
        return { exitCode: status, stdout: stdout.toString(), stderr: stderr.toString() };
      };
      expect(ran('log', at('log'), '--any-entries', ...KEY)).toEqual(
        await run('log', at('log'), '--any-entries', ...KEY),
      );
      expect(ran('log', at('nowhere'), ...KEY)).toEqual(await run('log', at('nowhere'), ...KEY));
      expect(ran('nonsense')).toEqual(await run('nonsense'));
    },
  );
});

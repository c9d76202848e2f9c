import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  cosignatureVerifier,
  formatWitnessRequest,
  noteKeyPair,
  noteVerifier,
  openCheckpoint,
  openWitnessedCheckpoint,
  parsePolicy,
  parseSignerKey,
} from '@rapport/proof';
import { ExportedLog, LOG, leavesOf, ORIGIN, writeInto } from '../proof/exported-log.js';
import { jsonOf, rapport, type Said } from './rapport-command.js';
import { startWitness, type StartedWitness } from './started-witness.js';

jest.setTimeout(120_000);

const log = new ExportedLog(leavesOf(700));
/** The same log up to 300 entries, and another one from there on, signed with the same key. */
const forked = new ExportedLog(leavesOf(700, { markFrom: 300 }));
const HASH = createHash('sha256').update(ORIGIN).digest('hex');
let folder = '';
let started: StartedWitness | undefined;
const at = (path: string): string => join(folder, path);
const OPTIONS = (state = 'state'): string[] => [
  '--log-key',
  LOG.verifierKey,
  '--key',
  at('witness.key'),
  '--state',
  at(state),
];
const witness = (...args: string[]): Promise<Said> =>
  rapport(['witness', at('log'), ...OPTIONS(), '--name', 'example.org/w1', '--once', '--json', ...args]);
const lastOf = async (...args: string[]): Promise<unknown> => {
  const said = await witness(...args);
  return { exit: said.code, ...jsonOf(said) };
};
const cosignedSize = (path = `state/${HASH}/checkpoint`): number => {
  const verifierKey = keyIn(readFileSync(at('witness.key'), 'utf8'));
  const policy = parsePolicy(Buffer.from(`log ${LOG.verifierKey}\nwitness w1 ${verifierKey}\nquorum w1\n`));
  return openWitnessedCheckpoint(readFileSync(at(path)), policy).checkpoint.size;
};
/** The verifier key of a signer key's text. */
const keyIn = (signerKey: string): string => {
  const { name, seed, type } = parseSignerKey(signerKey.trim());
  return noteKeyPair(name, seed, type).verifierKey;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-witness-'));
});
afterEach(async () => {
  await started?.kill();
  started = undefined;
  await rm(folder, { recursive: true, force: true });
});

describe('rapport witness', () => {
  it('makes its key once, keeps it to itself, and shows its verifier key', async () => {
    log.write(at('log'), 100);
    const first = await witness();
    const [shown = ''] = first.stdout.split('\n');
    const { verifierKey } = JSON.parse(shown) as { verifierKey: string };
    expect(JSON.parse(shown)).toMatchObject({ isNew: true });
    expect(verifierKey).toBe(keyIn(readFileSync(at('witness.key'), 'utf8')));
    expect(() => cosignatureVerifier(verifierKey)).not.toThrow();
    expect(statSync(at('witness.key')).mode & 0o777).toBe(0o600);
    expect((await witness()).stdout.split('\n')[0]).toBe(JSON.stringify({ verifierKey, isNew: false }));
    await chmod(at('witness.key'), 0o644);
    expect(await witness()).toMatchObject({ code: 3, stderr: expect.stringContaining('chmod 600') });
  });

  it('countersigns what only grew, at once or step by step, and what is unchanged again', async () => {
    for (const [size, grownBy] of [
      [100, 100],
      [100, 0],
      [256, 156],
      [300, 44],
      [700, 400],
    ] as const) {
      log.write(at('log'), size);
      expect(await lastOf('--write-back')).toMatchObject({ exit: 0, kind: 'cosigned', size, grownBy });
      expect(cosignedSize()).toBe(size);
      expect(cosignedSize('log/checkpoint.cosigned')).toBe(size);
    }
  });

  it('lets several witnesses cosign beside a log, whose receipts then meet a policy of all of them', async () => {
    log.write(at('log'));
    await witness('--write-back');
    await rapport([
      ...[
        'witness',
        at('log'),
        '--log-key',
        LOG.verifierKey,
        '--key',
        at('w2.key'),
        '--name',
        'example.org/w2',
      ],
      ...['--state', at('state2'), '--once', '--write-back'],
    ]);
    const keys = ['witness.key', 'w2.key'].map((path) => keyIn(readFileSync(at(path), 'utf8')));
    const lines = keys.map((key, index) => `witness w${index + 1} ${key}\n`).join('');
    writeInto(folder, 'policy', `log ${LOG.verifierKey}\n${lines}group both all w1 w2\nquorum both\n`);
    writeInto(folder, 'a.tlog-proof', log.receipt(7, readFileSync(at('log/checkpoint.cosigned'))));
    writeInto(folder, 'a.leaf', log.leaves[7]!);
    const said = await rapport(['verify', 'receipt', at('a.tlog-proof'), '--policy', at('policy')]);
    expect(said.stdout).toContain('cosigned by w1, w2');
    expect(said.code).toBe(0);
  });

  it('reports a fork of the same size, and keeps both signed heads', async () => {
    log.write(at('log'), 400);
    await witness();
    forked.write(at('log'), 400);
    const fork = await lastOf();
    expect(fork).toMatchObject({ exit: 7, kind: 'fork', message: 'two signed roots of size 400' });
    const [known, offered] = evidenceOf(fork);
    expect([known?.size, offered?.size]).toEqual([400, 400]);
    expect(known?.root).not.toEqual(offered?.root);
    expect(cosignedSize()).toBe(400);
  });

  it('proves a fork that grew on, from the tiles that the log itself shows', async () => {
    log.write(at('log'), 400);
    await witness();
    forked.write(at('log'), 650);
    const fork = await lastOf();
    expect(fork).toMatchObject({ exit: 7, kind: 'fork' });
    expect(evidenceOf(fork).map((head) => head?.size)).toEqual([400, 650]);
    const { evidence } = fork as { evidence: string };
    expect(readdirSync(evidence).sort()).toEqual(['known.checkpoint', 'offered.checkpoint', 'proof', 'root']);
    expect(cosignedSize()).toBe(400);
    forked.write(at('log'), 300); // before the fork both are one
    expect(await lastOf()).toMatchObject({ exit: 5, kind: 'behind', size: 300, knownSize: 400 });
  });

  it('finds a fork at a head that it countersigned earlier', async () => {
    for (const size of [400, 500]) {
      log.write(at('log'), size);
      await witness();
    }
    forked.write(at('log'), 400);
    expect(await lastOf()).toMatchObject({ exit: 7, kind: 'fork', message: 'two signed roots of size 400' });
  });

  it('accuses nobody when a log is incomplete, damaged, set back, foreign or unsigned', async () => {
    log.write(at('log'), 400);
    await witness();
    log.write(at('log'), 300);
    expect(await lastOf()).toMatchObject({ exit: 5, kind: 'behind' });
    log.write(at('log'), 700);
    const tile = at('log/tile/0/002.p/188');
    await writeFile(tile, Buffer.alloc(188 * 32));
    expect(await lastOf()).toMatchObject({ exit: 5, kind: 'refused', code: 'bad-proof' });
    await rm(tile);
    expect(await lastOf()).toMatchObject({ code: 'malformed', kind: 'refused' });
    await writeFile(at('log/checkpoint'), log.checkpoint().subarray(0, -20));
    expect(await lastOf()).toMatchObject({ kind: 'refused' });
    const stranger = noteKeyPair(ORIGIN, Buffer.alloc(32, 9));
    await writeFile(at('log/checkpoint'), new ExportedLog(leavesOf(700), stranger).checkpoint());
    expect(await lastOf()).toMatchObject({ code: 'unknown-key', kind: 'refused' });
    await rm(at('log'), { recursive: true });
    expect(await lastOf()).toMatchObject({ kind: 'refused' });
    expect(existsSync(at(`state/${HASH}/forks`))).toBe(false);
    expect(cosignedSize()).toBe(400);
  });

  it('does not forget: state that was damaged is an error, not a new start', async () => {
    log.write(at('log'), 400);
    await witness();
    const head = at(`state/${HASH}/heads/000000000001`);
    await writeFile(head, readFileSync(head).subarray(0, 40));
    expect(await witness()).toMatchObject({ code: 6, stderr: expect.stringContaining('STORE_CORRUPT') });
  });

  it('says that a log cannot be reached, and what an option should be', async () => {
    const once = (...args: string[]): Promise<Said> => rapport(['witness', ...args, '--once', '--json']);
    const name = ['--name', 'example.org/w1'];
    const gone = await once('http://127.0.0.1:9/log', ...OPTIONS(), ...name);
    expect({ code: gone.code, ...jsonOf(gone) }).toMatchObject({ code: 6, kind: 'unreachable' });
    expect(await once(at('log'), ...OPTIONS(), '--interval', '0')).toMatchObject({ code: 3 });
    await rm(at('witness.key'));
    expect(await once(at('log'), ...OPTIONS())).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('--name'),
    });
    const keyless = ['--log-key', at('none'), '--key', at('k'), '--state', at('s')];
    expect(await once(at('log'), ...keyless)).toMatchObject({ code: 4 });
  });
});

describe('rapport witness --listen', () => {
  const post = async (
    oldSize: number,
    size: number,
    from = log,
    proof = oldSize === 0 || oldSize >= size ? [] : from.growth(oldSize, size),
  ) => {
    const body = formatWitnessRequest({ oldSize, proof, checkpoint: from.checkpoint(size) });
    const response = await fetch(`${started?.url ?? ''}/add-checkpoint`, { method: 'POST', body });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
    };
  };

  it('answers as C2SP tlog-witness has it', async () => {
    log.write(at('log'), 100);
    started = await startWitness([at('log'), ...OPTIONS(), '--name', 'example.org/w1']);
    await started.hasSaid('countersigned 100 entries');
    const verifier = cosignatureVerifier(keyIn(readFileSync(at('witness.key'), 'utf8')));
    const grown = await post(100, 300);
    expect(grown.status).toBe(200);
    const note = Buffer.concat([log.checkpoint(300), Buffer.from(grown.text)]);
    expect(openCheckpoint(note, noteVerifier(LOG.verifierKey), [verifier]).verified).toHaveLength(2);
    expect(await post(100, 400)).toEqual({ status: 409, type: 'text/x.tlog.size', text: '300\n' });
    expect(await post(300, 300, forked)).toMatchObject({ status: 200 }); // the same up to there
    expect(await post(300, 600, log, log.growth(299, 600))).toMatchObject({ status: 422 });
    expect(await post(400, 300)).toMatchObject({ status: 400 });
    expect(
      await post(0, 300, new ExportedLog(leavesOf(300), noteKeyPair('x/y', Buffer.alloc(32)), 'x/y')),
    ).toMatchObject({ status: 404 });
    const stranger = new ExportedLog(leavesOf(300), noteKeyPair(ORIGIN, Buffer.alloc(32, 9)));
    expect(await post(300, 300, stranger)).toMatchObject({ status: 403 });
    expect(await post(300, 500)).toMatchObject({ status: 200 });
    expect(await post(500, 500, forked)).toMatchObject({
      status: 409,
      text: 'two signed roots of size 500\n',
    });
    const got = await fetch(`${started.url}/${HASH}/checkpoint`);
    expect(
      openCheckpoint(Buffer.from(await got.arrayBuffer()), noteVerifier(LOG.verifierKey), [verifier])
        .checkpoint.size,
    ).toBe(500);
    expect((await fetch(`${started.url}/../witness.key`)).status).toBe(404);
    const large = await fetch(`${started.url}/add-checkpoint`, { method: 'POST', body: 'x'.repeat(100_000) });
    expect(large.status).toBe(413);
    expect((await fetch(`${started.url}/add-checkpoint`, { method: 'POST', body: 'old 1' })).status).toBe(
      400,
    );
    expect(await started.interrupt()).toBe(7); // it saw a fork
  });

  it('gives one answer of many that start from the same head', async () => {
    log.write(at('log'), 100);
    started = await startWitness([at('log'), ...OPTIONS(), '--name', 'example.org/w1']);
    await started.hasSaid('countersigned 100 entries');
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => post(100, 200 + index)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(29);
    expect(await started.interrupt()).toBe(0);
  });
});

function evidenceOf(seen: unknown) {
  const { evidence } = seen as { evidence: string };
  return ['known.checkpoint', 'offered.checkpoint'].map(
    (name) => openCheckpoint(readFileSync(join(evidence, name)), noteVerifier(LOG.verifierKey)).checkpoint,
  );
}

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, truncate } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  cosigner,
  formatSignature,
  noteKeyPair,
  noteSigner,
  parseNote,
  signCheckpoint,
} from '@rapport/proof';
import { ExportedLog, LOG, leavesOf, ORIGIN, writeInto } from '../proof/exported-log.js';
import { jsonOf, rapport, type Said } from './rapport-command.js';

jest.setTimeout(120_000);

const SIZE = 600;
const log = new ExportedLog(leavesOf(SIZE));
const WITNESS = noteKeyPair('witness.example/w1', Buffer.alloc(32, 2), 'cosignature');
const KEY = ['--key', LOG.verifierKey];
let folder = '';
const at = (path: string): string => join(folder, path);
const write = (path: string, content: Uint8Array | string): string => writeInto(folder, path, content);
const verify = (...args: string[]): Promise<Said> => rapport(['verify', ...args]);
const refusal = async (...args: string[]): Promise<unknown> => {
  const said = await verify(...args, '--json');
  return { code: said.code, ...jsonOf(said) };
};

const cosigned = (checkpoint: Uint8Array, time: string): Uint8Array => {
  const signature = cosigner(WITNESS.signerKey).cosign(parseNote(checkpoint).text, Date.parse(time) / 1_000);
  return Buffer.concat([checkpoint, Buffer.from(formatSignature(signature))]);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-verify-'));
  log.write(at('log'));
  write('log.pub', `${LOG.verifierKey}\n`);
  write('policy', `log ${LOG.verifierKey}\nwitness w1 ${WITNESS.verifierKey}\nquorum w1\n`);
  write('sale.tlog-proof', log.receipt(300));
  write('sale.leaf', log.leaves[300]!);
  write('witnessed.tlog-proof', log.receipt(300, cosigned(log.checkpoint(), '2026-03-01T00:00:00Z')));
  write('witnessed.leaf', log.leaves[300]!);
  write('january', log.checkpoint(100));
  write('june', log.checkpoint(500));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('rapport verify receipt', () => {
  it('says what is proven, of which event, by whom it was seen, and what was read', async () => {
    const said = await verify('receipt', at('sale.tlog-proof'), '--key', at('log.pub'));
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout).toMatch(
      /^proven: the leaf is entry 300 of rapport\.local\/acme, of 600 entries\nevent: rapport\.sale\.SaleCompleted\.v1 00000000-0000-7000-8000-000000000300, revision 42 of relationship\/c-6\nhappened: .*\nread: 3 files, \d+ bytes\n$/,
    );
    const witnessed = await verify('receipt', at('witnessed.tlog-proof'), '--policy', at('policy'), '--json');
    expect(jsonOf(witnessed)).toMatchObject({
      proven: true,
      head: { origin: ORIGIN, size: SIZE, witnesses: [{ name: 'w1', time: '2026-03-01T00:00:00.000Z' }] },
      event: { id: '00000000-0000-7000-8000-000000000300', revision: 42 },
    });
  });

  it('refuses, each with its reason, what proves nothing', async () => {
    const stranger = noteKeyPair(ORIGIN, Buffer.alloc(32, 9)).verifierKey;
    const other = noteKeyPair('rapport.local/globex', Buffer.alloc(32, 3));
    const foreign = new ExportedLog(leavesOf(SIZE, { tenant: 'globex' }), other, 'rapport.local/globex');
    write('foreign.tlog-proof', foreign.receipt(300));
    write('foreign.leaf', foreign.leaves[300]!);
    const mixed = new ExportedLog(foreign.leaves);
    write('mixed.tlog-proof', mixed.receipt(300));
    write('mixed.leaf', mixed.leaves[300]!);
    write('cut.tlog-proof', log.receipt(300).subarray(0, 200));
    const receipt = ['receipt', at('sale.tlog-proof')];
    const refused = (damage: string): unknown =>
      expect.objectContaining({ code: 5, proven: false, damage, read: expect.anything() });
    expect(await refusal(...receipt, '--key', stranger)).toEqual(refused('unknown-key'));
    expect(await refusal(...receipt, '--leaf', write('x', log.leaves[301]!), ...KEY)).toEqual(
      refused('bad-proof'),
    );
    expect(await refusal(...receipt, '--policy', at('policy'))).toEqual(refused('quorum-not-met'));
    expect(
      await refusal(
        'receipt',
        at('witnessed.tlog-proof'),
        '--policy',
        at('policy'),
        '--cosigned-since',
        '2026-03-02',
      ),
    ).toEqual(refused('quorum-not-met'));
    expect(await refusal('receipt', at('foreign.tlog-proof'), ...KEY)).toEqual(refused('unknown-key'));
    expect(await refusal('receipt', at('mixed.tlog-proof'), ...KEY)).toEqual(refused('wrong-origin'));
    expect(await refusal('receipt', at('cut.tlog-proof'), '--leaf', at('sale.leaf'), ...KEY)).toEqual(
      refused('malformed'),
    );
  });

  it('checks nothing, and says what to do, when what it is given cannot be used', async () => {
    const code = async (...args: string[]): Promise<unknown> => {
      const { code: exit, stdout, stderr } = await verify(...args);
      return { exit, stdout, stderr: stderr.split('\n')[0] };
    };
    const nothing = (exit: number, said: string): unknown => ({
      exit,
      stdout: '',
      stderr: expect.stringContaining(said),
    });
    const receipt = ['receipt', at('sale.tlog-proof')];
    expect(await code('receipt', at('none.tlog-proof'), ...KEY)).toEqual(nothing(4, 'none.leaf'));
    expect(await code(...receipt)).toEqual(nothing(3, '--key or --policy'));
    expect(await code(...receipt, '--key', at('none'))).toEqual(nothing(4, 'none'));
    expect(await code(...receipt, '--key', at('policy'))).toEqual(nothing(3, 'Nothing was checked'));
    expect(await code(...receipt, ...KEY, '--cosigned-since', '2026-02-30')).toEqual(
      nothing(3, '--cosigned-since'),
    );
    expect(await code('receipt')).toEqual(nothing(2, ''));
  });
});

describe('rapport verify log', () => {
  it('reads all of it, and says how much', async () => {
    const said = await verify('log', at('log'), ...KEY, '--since', at('january'));
    expect(said.code).toBe(0);
    expect(said.stdout).toMatch(
      /^proven: all 600 entries of .*; it only grew from 100\nread: \d+ files, \d+ bytes, 600 entries\n$/,
    );
  });

  it('names the first bad entry and the kind of damage', async () => {
    const damaged = async (path: string, change: (bytes: Buffer) => Uint8Array): Promise<unknown> => {
      log.write(at('damaged'));
      write(`damaged/${path}`, change(readFileSync(at(`damaged/${path}`))));
      return refusal('log', at('damaged'), ...KEY);
    };
    const flip = (bytes: Buffer): Buffer => {
      const place = bytes.indexOf('000000000400'); // the id of entry 400
      bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
      return bytes;
    };
    expect(await damaged('tile/entries/001', flip)).toMatchObject({
      code: 5,
      damage: 'tile-differs',
      entry: 400,
      read: { entries: 400 },
    });
    expect(await damaged('tile/entries/001', (bytes) => bytes.subarray(0, -9))).toMatchObject({
      code: 5,
      damage: 'malformed',
      entry: 511,
    });
    expect(await damaged('checkpoint', () => log.checkpoint(599))).toMatchObject({
      code: 5,
      damage: 'missing',
      entry: 512,
    });
    expect(await damaged('checkpoint', () => log.checkpoint(500, 600))).toMatchObject({
      code: 5,
      damage: 'root-differs',
    });
    const grown = new ExportedLog(leavesOf(SIZE).toSpliced(50, 1));
    grown.write(at('gap'));
    expect(await refusal('log', at('gap'), ...KEY)).toMatchObject({
      code: 5,
      damage: 'chain-broken',
      entry: 56,
    });
    const rewritten = new ExportedLog(leavesOf(SIZE, { markFrom: 50 }));
    rewritten.write(at('rewritten'));
    expect(await refusal('log', at('rewritten'), ...KEY)).toMatchObject({ code: 0 });
    expect(await refusal('log', at('rewritten'), ...KEY, '--since', at('january'))).toMatchObject({
      code: 5,
      damage: 'history-differs',
    });
  });

  it('names the first bad entry of a large log too, whose chains are followed beside its hashing', async () => {
    const size = 20_500;
    const large = leavesOf(size, { streams: 50 });
    new ExportedLog(large).write(at('large'));
    expect(await refusal('log', at('large'), ...KEY)).toMatchObject({ code: 0, read: { entries: size } });
    new ExportedLog(large.toSpliced(9_000, 1)).write(at('large'));
    expect(await refusal('log', at('large'), ...KEY)).toMatchObject({
      code: 5,
      damage: 'chain-broken',
      entry: 9_049,
      read: { entries: 9_049 },
    });
    const bundle = readFileSync(at('large/tile/entries/020'));
    write(
      'large/tile/entries/020',
      bundle.fill('x', bundle.indexOf('000000005200')).subarray(0, bundle.length),
    );
    expect(await refusal('log', at('large'), ...KEY)).toMatchObject({
      code: 5,
      damage: 'tile-differs',
      entry: 5_200,
    });
  });

  it('is not drawn into sizes and files that are only claimed', async () => {
    const head = { origin: ORIGIN, size: Number.MAX_SAFE_INTEGER, root: Buffer.alloc(32) };
    log.write(at('huge'));
    write('huge/checkpoint', signCheckpoint(head, noteSigner(LOG.signerKey)));
    expect(await refusal('log', at('huge'), ...KEY)).toMatchObject({ code: 5, damage: 'missing' });
    log.write(at('sparse'));
    await truncate(at('sparse/tile/entries/000'), 10_000_000_000);
    expect(await refusal('log', at('sparse'), ...KEY)).toMatchObject({
      code: 5,
      damage: 'too-large',
      entry: 0,
    });
  });
});

describe('rapport verify checkpoint', () => {
  const compared = (older: string, newer: string): Promise<unknown> =>
    refusal('checkpoint', at(older), at(newer), '--log', at('log'), ...KEY);

  it('proves that a log only grew, with the tiles of a larger one or a proof', async () => {
    log.write(at('log500'), 500);
    const said = await verify('checkpoint', at('january'), at('june'), '--log', at('log500'), ...KEY);
    expect(said.stdout).toMatch(/^proven: rapport\.local\/acme only grew from 100 to 500 entries\n/);
    const lines = log.growth(100, 500).map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
    expect(
      await refusal(
        'checkpoint',
        at('january'),
        at('june'),
        '--proof',
        write('proof', lines.join('')),
        ...KEY,
      ),
    ).toMatchObject({ code: 0 });
  });

  it('refuses to shrink, another history, and equal roots of different sizes', async () => {
    write('all', log.checkpoint());
    write('other', new ExportedLog(leavesOf(100, { markFrom: 10 })).checkpoint());
    write('claimed', log.checkpoint(100, 101));
    expect(await compared('all', 'january')).toMatchObject({ code: 5, damage: 'out-of-range' });
    expect(await compared('other', 'all')).toMatchObject({ code: 5, damage: 'bad-proof' });
    expect(await compared('january', 'claimed')).toMatchObject({ code: 5, proven: false });
    expect(await compared('january', 'other')).toMatchObject({ code: 5, damage: 'bad-proof' });
    expect(await compared('january', 'all')).toMatchObject({ code: 0 });
  });
});

describe('a log on a server', () => {
  let server: Server;
  let url = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
      if (searchParams.get('tenant') !== 'acme') return void response.writeHead(403).end();
      if (pathname.startsWith('/endless/')) {
        const more = (): void =>
          void (response.write(Buffer.alloc(65_536)) ? setImmediate(more) : response.once('drain', more));
        response.once('close', () => response.removeAllListeners('drain'));
        return more();
      }
      try {
        response.end(readFileSync(at(pathname.slice('/v1/'.length))));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is verified as one in a folder, and is refused when it sends without end', async () => {
    expect(await refusal('log', `${url}/v1/log?tenant=acme`, ...KEY)).toMatchObject({
      code: 0,
      read: { entries: SIZE },
    });
    expect(await refusal('log', `${url}/endless?tenant=acme`, ...KEY)).toMatchObject({
      code: 5,
      damage: 'too-large',
    });
  });

  it('is not proven when the server does not answer or will not', async () => {
    expect(await verify('log', `${url}/v1/log?tenant=globex`, ...KEY)).toMatchObject({ code: 6, stdout: '' });
    const said = await verify('log', 'http://127.0.0.1:9/log', ...KEY);
    expect(said).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('does not answer') });
  });
});

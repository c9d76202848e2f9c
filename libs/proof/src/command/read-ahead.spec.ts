import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { chainedLeaves, filesOfLog } from '../fuzz/ledger-log.js';
import {
  checkLog,
  formatEntryBundle,
  formatLeaf,
  localFiles,
  noteKeyPair,
  parseEntryBundle,
  readAhead,
  type Finding,
  type Leaf,
} from '../index.js';
import { ReadAhead } from './read-ahead.js';

const ORIGIN = 'rapport.local/acme';
const LOG = { ...noteKeyPair(ORIGIN, Buffer.alloc(32, 1)), origin: ORIGIN };
/** So many entries that threads read ahead, the last bundle partial, and one entry longer than they take. */
const SIZE = 20_500;
const LONG = 9_000;
const folder = mkdtempSync(join(tmpdir(), 'rapport-proof-'));
const built = existsSync(fileURLToPath(new URL('../../dist/main.js', import.meta.url)));

afterAll(() => rmSync(folder, { recursive: true }));

/** What is no plain leaf stands here and there. */
const leaves = chainedLeaves(SIZE, 300).map((leaf, index) =>
  index % 97 === 0 && index + 300 >= SIZE ? { ...leaf, subject: 'relationship/Zoë' } : leaf,
);
const entriesOf = (of: readonly Leaf[]): Uint8Array[] => of.map(formatLeaf);
const genuine = filesOfLog(entriesOf(leaves), LOG);

function write(files: ReadonlyMap<string, Uint8Array | undefined>): void {
  for (const [path, content] of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    if (content === undefined) rmSync(target);
    else writeFileSync(target, content);
  }
}

const check = (chains: boolean, ahead: boolean): Promise<Finding> =>
  checkLog(localFiles, {
    log: folder,
    key: LOG.verifierKey,
    chains,
    ...(ahead ? { ahead: readAhead(folder) } : {}),
  });

const bundle = (index: number): string => `tile/entries/${String(index).padStart(3, '0')}`;

function flipped(path: string, at: number): Map<string, Uint8Array> {
  const bytes = Buffer.from(genuine.get(path) ?? '');
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return new Map([[path, bytes]]);
}

const cut = (path: string, bytes: number): Map<string, Uint8Array> =>
  new Map([[path, (genuine.get(path) ?? Buffer.alloc(0)).subarray(0, bytes)]]);

const signed = (of: readonly Leaf[]): Map<string, Uint8Array> => filesOfLog(entriesOf(of), LOG);
const changed = (index: number, change: Partial<Leaf>): Leaf[] => {
  const leaf = leaves[index];
  if (leaf === undefined) throw new RangeError(`no leaf ${index}`);
  return leaves.with(index, { ...leaf, ...change });
};

const DAMAGE: readonly (readonly [string, string, Map<string, Uint8Array | undefined>])[] = [
  ['nothing', 'none', new Map()],
  ['an entry changed', 'tile-differs', flipped(bundle(60), 2_000)],
  ['a hash of a tile changed', 'tile-differs', flipped('tile/0/070', 999)],
  ['a hash of a higher tile changed', 'tile-differs', flipped('tile/1/000.p/80', 65 * 32)],
  ['a bundle gone', 'missing', new Map([[bundle(66), undefined]])],
  ['a bundle cut off', 'malformed', cut(bundle(62), 9_000)],
  [
    'a bundle with bytes behind',
    'malformed',
    new Map([[bundle(61), Buffer.concat([genuine.get(bundle(61)) ?? Buffer.alloc(0), Buffer.alloc(3)])]]),
  ],
  ['a tile cut off', 'malformed', cut('tile/0/071', 8_000)],
  [
    'an entry that is too long for its bundle',
    'tile-differs',
    new Map([
      [
        bundle(63),
        formatEntryBundle(
          parseEntryBundle(genuine.get(bundle(63)) ?? Buffer.alloc(0), 256).map((entry, place) =>
            place > 250 ? Buffer.alloc(60_000) : entry,
          ),
        ),
      ],
    ]),
  ],
  ['a leaf of another tenant', 'wrong-origin', signed(changed(LONG, { tenant: 'globex' }))],
  ['a chain broken', 'chain-broken', signed(changed(LONG * 2, { digest: Buffer.alloc(32) }))],
  [
    'a time that goes back',
    'time-goes-back',
    signed(changed(SIZE - 1, { recordedat: '2026-01-31T00:00:00.000Z' })),
  ],
  [
    'a long leaf',
    'chain-broken',
    signed(changed(LONG, { actor: 'a'.repeat(60_000), previous: Buffer.alloc(32, 1) })),
  ],
];

(built ? describe : describe.skip)('a large log whose bundles threads read ahead', () => {
  it.each(DAMAGE)(
    'is found to be what it is without threads: %s',
    async (_, damage, files) => {
      write(genuine);
      write(files);
      for (const chains of [true, false]) {
        const alone = await check(chains, false);
        expect(await check(chains, true)).toEqual(alone);
        if (chains) expect(alone.proven ? 'none' : alone.damage).toBe(damage);
      }
    },
    60_000,
  );

  it('is read by them where there is a core for it, pass after pass', async () => {
    write(genuine);
    const ahead = readAhead(folder);
    const bundles = Math.ceil(SIZE / 256);
    try {
      let found = 0;
      do {
        ahead.pass(SIZE);
        for (let index = 0; index < bundles; index++) {
          await wait(0);
          const reading = ahead.take();
          if (reading === undefined) continue;
          found++;
          const width = Math.min(256, SIZE - index * 256);
          const tile = genuine.get(
            `tile/0/${String(index).padStart(3, '0')}${width < 256 ? `.p/${width}` : ''}`,
          );
          expect(reading.hashes(width).equals(tile ?? Buffer.alloc(0))).toBe(true);
        }
      } while (found < 2 * bundles && availableParallelism() > 1);
    } finally {
      await ahead.stop();
    }
  }, 60_000);
});

(availableParallelism() > 1 ? it : it.skip)(
  'a thread that ends by itself is heard of',
  async () => {
    const failing = new URL('data:text/javascript,throw new Error("out of order")');
    let heard: unknown;
    while (heard === undefined) {
      const ahead = new ReadAhead(folder, failing);
      ahead.pass(SIZE);
      await wait(20); // a thread that is stopped before it has begun does not fail
      heard = await ahead.stop().catch((error: unknown) => error);
    }
    expect(heard).toMatchObject({ message: 'out of order' });
  },
  60_000,
);

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  entryBundlePath,
  formatEntryBundle,
  leafHash,
  logPolicy,
  newTiles,
  nodesOfTile,
  noteKeyPair,
  noteSigner,
  parseEntryBundle,
  parseTilePath,
  signCheckpoint,
  storedHashIndex,
  tilePath,
  TreeBuilder,
  verifyLog,
  type LogReport,
} from '../index.js';

const LOG = noteKeyPair('example.com/acme', Buffer.alloc(32, 1));

describe('paths of tiles', () => {
  it('are those of the specification', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 2, index: 0, width: 1 })).toBe('tile/2/000.p/1');
    expect(entryBundlePath({ index: 273, width: 112 })).toBe('tile/entries/273.p/112');
  });

  it('read back, and no other spelling does', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 63 }),
        fc.nat({ max: 2 ** 44 }),
        fc.integer({ min: 1, max: 256 }),
        (level, index, width) => {
          const tile = { level, index, width };
          expect(parseTilePath(tilePath(tile))).toEqual({ ...tile, entries: false });
          expect(parseTilePath(entryBundlePath(tile))).toEqual({ index, width, entries: true });
        },
      ),
    );
    const wrong = [
      'tile/00/000',
      'tile/64/000',
      'tile/0/0',
      'tile/0/x000/001',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
    ];
    const odd = [
      'tile/0/000.p/01',
      'tile/0/001/x000',
      'tile/entries/../000',
      '/tile/0/000',
      'tile/0/000\n',
      'tile/-1/000',
    ];
    for (const path of [...wrong, ...odd]) expect(parseTilePath(path)).toBeUndefined();
  });
});

describe('the tiles of a log', () => {
  it('are as many as the specification counts for 70,000 entries', () => {
    const tiles = [...newTiles(0, 70_000)];
    const full = (level: number) => tiles.filter((tile) => tile.level === level && tile.width === 256).length;
    expect([full(0), full(1), full(2)]).toEqual([273, 1, 0]);
    expect(tiles.filter(({ width }) => width < 256).map(({ level, width }) => [level, width])).toEqual([
      [0, 112],
      [1, 17],
      [2, 1],
    ]);
  });

  it('that appear step by step are those of the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3000 }), { minLength: 1 }), (steps) => {
        const published = new Set<string>();
        let size = 0;
        for (const step of steps) {
          for (const tile of newTiles(size, size + step)) published.add(tilePath(tile));
          size += step;
          for (const tile of newTiles(0, size)) expect(published.has(tilePath(tile))).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('a bundle of entries', () => {
  it('reads back, and is refused when cut, lengthened or counted otherwise', () => {
    const entries = [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(65_535, 7)];
    const bundle = formatEntryBundle(entries);
    expect(parseEntryBundle(bundle, 3).map((entry) => Buffer.from(entry))).toEqual(entries);
    for (const damaged of [
      bundle.subarray(0, -1),
      Buffer.concat([bundle, Buffer.alloc(1)]),
      bundle.subarray(0, 6),
    ])
      expect(() => parseEntryBundle(damaged, 3)).toThrow(
        expect.objectContaining({ code: 'malformed' }) as unknown as Error,
      );
    expect(() => parseEntryBundle(bundle, 2)).toThrow('the bundle holds more than 2 entries');
    expect(() => formatEntryBundle([Buffer.alloc(65_536)])).toThrow(RangeError);
  });
});

/** The files of a log of these entries, and its root. */
function logOf(entries: readonly Uint8Array[]): { files: Map<string, Uint8Array>; root: Uint8Array } {
  const files = new Map<string, Uint8Array>();
  const tree = new TreeBuilder();
  const stored = entries.map((entry) => tree.append(leafHash(entry))).flat();
  for (const tile of newTiles(0, entries.length)) {
    files.set(tilePath(tile), Buffer.concat(nodesOfTile(tile).map((node) => stored[storedHashIndex(node)]!)));
    const from = tile.index * 256;
    if (tile.level === 0)
      files.set(entryBundlePath(tile), formatEntryBundle(entries.slice(from, from + tile.width)));
  }
  return { files, root: tree.root() };
}

const signedBy = (key: { readonly signerKey: string }, size: number, root: Uint8Array): Uint8Array =>
  signCheckpoint({ origin: 'example.com/acme', size, root }, noteSigner(key.signerKey));

describe('a log that was rewritten without its key', () => {
  const entries = Array.from({ length: 300 }, (_, index) => Buffer.from(`entry ${index}`));
  const checkpoint = signedBy(LOG, 300, logOf(entries).root);

  it.each<readonly [string, readonly Uint8Array[]]>([
    ['an entry deleted', entries.toSpliced(7, 1)],
    ['an entry inserted', entries.toSpliced(7, 0, Buffer.from('forged'))],
    [
      'an entry inserted and the last one cut off',
      entries.toSpliced(7, 0, Buffer.from('forged')).slice(0, 300),
    ],
    ['two entries swapped', entries.with(7, entries[8]!).with(8, entries[7]!)],
    ['an entry duplicated over another', entries.with(7, entries[8]!)],
    ['an entry changed', entries.with(299, Buffer.from('forged'))],
    ['the tail cut off', entries.slice(0, 256)],
    ['all entries gone', []],
  ])('is found out: %s', (_, rewritten) => {
    const { files } = logOf(rewritten);
    files.set('checkpoint', checkpoint);
    expect(verifyLog({ read: (path) => files.get(path) }, logPolicy(LOG.verifierKey)).ok).toBe(false);
  });
});

describe('the verifier of a whole log', () => {
  const SIZE = 66_000;
  const { files, root } = logOf(Array.from({ length: SIZE }, (_, index) => Buffer.from(`entry ${index}`)));
  files.set('checkpoint', signedBy(LOG, SIZE, root));

  const verify = (changes: Readonly<Record<string, Uint8Array | undefined>> = {}): LogReport =>
    verifyLog(
      { read: (path) => (path in changes ? changes[path] : files.get(path)) },
      logPolicy(LOG.verifierKey),
    );
  const flipped = (path: string, at: number): Record<string, Uint8Array> => {
    const bytes = Buffer.from(files.get(path)!);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    return { [path]: bytes };
  };

  it('reads all of it and says how much', () => {
    const bytes = [...files.values()].reduce((sum, file) => sum + file.length, 0);
    expect(verify()).toMatchObject({ ok: true, read: { entries: SIZE, files: files.size, bytes } });
  });

  it('names the first entry that was changed', () => {
    const path = entryBundlePath({ index: 3, width: 256 });
    const report = verify(flipped(path, 2 + 9 + 2 + 3));
    expect(report).toMatchObject({ ok: false, damage: 'tile-differs', index: 769, path: 'tile/0/003' });
    expect(report.read.entries).toBe(769);
  });

  it('names the first leaf under a hash that was changed', () => {
    expect(verify(flipped('tile/0/005', 32 * 7))).toMatchObject({
      damage: 'tile-differs',
      index: 5 * 256 + 7,
    });
    expect(verify(flipped('tile/1/000', 32 * 9))).toMatchObject({ damage: 'tile-differs', index: 9 * 256 });
    expect(verify(flipped('tile/2/000.p/1', 0))).toMatchObject({ damage: 'tile-differs', index: 0 });
  });

  it('finds an entry that was changed together with its tile', () => {
    const entries = parseEntryBundle(files.get('tile/entries/003')!, 256).with(5, Buffer.from('forged'));
    const forged = {
      'tile/entries/003': formatEntryBundle(entries),
      'tile/0/003': Buffer.concat(entries.map(leafHash)),
    };
    expect(verify(forged)).toMatchObject({ damage: 'tile-differs', path: 'tile/1/000', index: 768 });
  });

  it('finds everything rewritten without the key, and a tail cut off', () => {
    const last = entryBundlePath({ index: 257, width: SIZE % 256 });
    const entries = parseEntryBundle(files.get(last)!, SIZE % 256).with(0, Buffer.from('forged'));
    const forged = {
      [last]: formatEntryBundle(entries),
      [tilePath({ level: 0, index: 257, width: SIZE % 256 })]: Buffer.concat(entries.map(leafHash)),
    };
    expect(verify(forged)).toMatchObject({
      damage: 'root-differs',
      path: 'checkpoint',
      read: { entries: SIZE },
    });
    const cut = verify({ [last]: undefined });
    expect(cut).toMatchObject({ damage: 'missing', path: last, index: 257 * 256 });
  });

  it('refuses files that are missing, cut, too long, and checkpoints of others', () => {
    expect(verify({ checkpoint: undefined })).toMatchObject({
      damage: 'missing',
      read: { entries: 0, files: 0 },
    });
    expect(verify({ 'tile/1/000': undefined })).toMatchObject({ damage: 'missing', index: 0 });
    expect(verify({ 'tile/0/004': new Uint8Array(31) })).toMatchObject({ damage: 'malformed', index: 1024 });
    expect(verify({ 'tile/0/004': new Uint8Array(8193) })).toMatchObject({
      damage: 'too-large',
      index: 1024,
    });
    const cut = files.get('tile/entries/002')!.subarray(0, -1);
    expect(verify({ 'tile/entries/002': cut })).toMatchObject({ damage: 'malformed', index: 2 * 256 + 255 });
    const stranger = noteKeyPair('example.com/acme', Buffer.alloc(32, 2));
    const foreign = signedBy(stranger, SIZE, root);
    expect(verify({ checkpoint: foreign })).toMatchObject({ damage: 'unknown-key', read: { entries: 0 } });
  });
});

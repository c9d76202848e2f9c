import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chainedLeaves, filesOfLog } from '../fuzz/ledger-log.js';
import {
  formatLeaf,
  leafHash,
  logPolicy,
  noteKeyPair,
  openCheckpoint,
  noteVerifier,
  parseLeaf,
  Refusal,
  verifyLog,
  type Leaf,
  type LogReport,
} from '../index.js';
import { LeafLinksReader, type LeafLinks } from './leaf-links.js';
import { StreamChains } from './stream-chains.js';

const ORIGIN = 'rapport.local/acme';
const LOG = { ...noteKeyPair(ORIGIN, Buffer.alloc(32, 1)), origin: ORIGIN };
const wordsOf = (hash: Uint8Array): Int32Array => new Int32Array(Uint8Array.from(hash).buffer);

const verify = (leaves: readonly Leaf[], key = LOG): LogReport => {
  const files = filesOfLog(leaves.map(formatLeaf), key);
  return verifyLog({ read: (path) => files.get(path) }, logPolicy(key.verifierKey), { chains: true });
};

describe('a log that its own key signed with leaves that should not be there', () => {
  const leaves = chainedLeaves(600, 7);

  it('is accepted when nothing is wrong', () => {
    expect(verify(leaves)).toMatchObject({ ok: true, read: { entries: 600 } });
  });

  it.each<readonly [string, readonly Leaf[], string, number]>([
    ['one deleted', leaves.toSpliced(300, 1), 'chain-broken', 306],
    ['one duplicated', leaves.toSpliced(300, 0, leaves[299]!), 'chain-broken', 300],
    ['two of a stream swapped', leaves.with(300, leaves[307]!).with(307, leaves[300]!), 'chain-broken', 300],
    ['the first of a stream missing', leaves.toSpliced(3, 1), 'chain-broken', 9],
    ['one moved to another stream', leaves.with(300, { ...leaves[300]!, stream: 'x' }), 'chain-broken', 300],
    ['one changed', leaves.with(300, { ...leaves[300]!, digest: Buffer.alloc(32) }), 'chain-broken', 307],
    [
      'the last of a stream backdated',
      leaves.with(599, { ...leaves[599]!, recordedat: '2026-01-31T23:00:00.000Z' }),
      'time-goes-back',
      599,
    ],
    ['one of another tenant', leaves.with(300, { ...leaves[300]!, tenant: 'globex' }), 'wrong-origin', 300],
  ])('is refused, and the first bad entry named: %s', (_, forged, damage, index) => {
    expect(verify(forged)).toMatchObject({ ok: false, damage, index, read: { entries: index } });
  });

  it('is refused when an entry is no leaf, or one written in another way', () => {
    const spaced = leaves
      .map(formatLeaf)
      .with(
        5,
        Buffer.from(JSON.stringify(JSON.parse(Buffer.from(formatLeaf(leaves[5]!)).toString()), null, 1)),
      );
    const reports = [spaced, spaced.with(5, Buffer.from('one'))].map((entries) => {
      const files = filesOfLog(entries, LOG);
      return verifyLog({ read: (path) => files.get(path) }, logPolicy(LOG.verifierKey), { chains: true });
    });
    expect(reports).toMatchObject([
      { damage: 'not-canonical', index: 5 },
      { damage: 'malformed', index: 5 },
    ]);
  });
});

describe('an older checkpoint', () => {
  const leaves = chainedLeaves(700, 5);
  const headAt = (size: number, of = leaves) => {
    const files = filesOfLog(of.slice(0, size).map(formatLeaf), LOG);
    return openCheckpoint(files.get('checkpoint')!, noteVerifier(LOG.verifierKey)).checkpoint;
  };
  const files = filesOfLog(leaves.map(formatLeaf), LOG);
  const since = (older: ReturnType<typeof headAt>): LogReport =>
    verifyLog({ read: (path) => files.get(path) }, logPolicy(LOG.verifierKey), { since: older });

  it('is found again at every size', () => {
    for (const size of [0, 1, 255, 256, 257, 512, 699, 700])
      expect(since(headAt(size))).toMatchObject({ ok: true });
  });

  it('finds out a history that was rewritten with the key, cut off, or forked', () => {
    const other = leaves.with(100, { ...leaves[100]!, digest: Buffer.alloc(32) });
    for (const size of [101, 256, 300, 512, 700])
      expect(since(headAt(size, other))).toMatchObject({ ok: false, damage: 'history-differs' });
    expect(since(headAt(100, other))).toMatchObject({ ok: true });
    expect(since(headAt(701, chainedLeaves(701, 5)))).toMatchObject({ ok: false, damage: 'history-differs' });
    expect(since({ ...headAt(5), origin: 'rapport.local/other' })).toMatchObject({ damage: 'wrong-origin' });
  });
});

describe('the chains of more streams than are followed at once', () => {
  const linksOf = (leaf: Leaf): LeafLinks => {
    const bytes = formatLeaf(leaf);
    return new LeafLinksReader(bytes).read(0, bytes.length);
  };
  /** How many passes it took, or the first bad place of any pass. */
  function passes(leaves: readonly Leaf[], streamsMax: number): number {
    const chains = new StreamChains('acme', streamsMax);
    let count = 0;
    do {
      count++;
      for (const leaf of leaves) chains.take(linksOf(leaf), wordsOf(leafHash(formatLeaf(leaf))), 0);
    } while (chains.needsAnotherPass());
    return count;
  }

  it('are all followed, in more passes', () => {
    const leaves = chainedLeaves(1_000, 100);
    expect(passes(leaves, 100)).toBe(1);
    expect(passes(leaves, 99)).toBe(2);
    expect(passes(leaves, 10)).toBeGreaterThanOrEqual(10);
  });

  it('are found broken wherever they are', () => {
    const leaves = chainedLeaves(300, 100);
    for (let index = 100; index < 300; index += 19) {
      const broken = leaves.with(index, { ...leaves[index]!, previous: Buffer.alloc(32) });
      expect(() => passes(broken, 16)).toThrow('another leaf');
    }
  });
});

describe('what ties a leaf to its neighbours', () => {
  const text = fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'binary' }));
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const time = fc
    .date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString());
  const part = fc.record({ subject: text, keyid: text, digest: hash, commitment: hash });
  const leaf: fc.Arbitrary<Leaf> = fc
    .record(
      {
        tenant: text,
        id: text,
        source: text,
        type: text,
        subject: text,
        time,
        recordedat: time,
        actor: text,
        stream: text,
        revision: fc.maxSafeNat(),
        previous: hash,
        corrects: text,
        digest: hash,
        parts: fc.array(part, { minLength: 1, maxLength: 3 }),
      },
      {
        requiredKeys: [
          'tenant',
          'id',
          'source',
          'type',
          'subject',
          'time',
          'recordedat',
          'stream',
          'revision',
          'previous',
          'digest',
        ],
      },
    )
    .map((one) => ({ ...one, previous: one.revision === 0 ? null : one.previous }) as Leaf);
  const bytesOf = leaf.map(formatLeaf);
  const outcome = <T>(read: () => T): T | string => {
    try {
      return read();
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  };
  const agree = (bytes: Uint8Array): void => {
    // Other bytes lie around it, as in a bundle.
    const bundle = Buffer.concat([Buffer.from('"}'), bytes, Buffer.from('"}],1Z')]);
    const links = outcome(() => new LeafLinksReader(bundle).read(2, 2 + bytes.length));
    const parsed = outcome(() => parseLeaf(bytes));
    if (typeof parsed === 'string') return expect(links).toBe(parsed);
    const { tenant, stream, revision, previous } = parsed;
    expect(links).toMatchObject({ tenant, stream, revision });
    const read = links as LeafLinks;
    const words = read.previous;
    if (previous !== null) expect(words).toEqual(wordsOf(previous));
  };

  it('is what the leaf says, and refused where the leaf is', () => {
    fc.assert(fc.property(bytesOf, agree));
  });

  it('is refused for leaves with a byte changed, put in or left out, where the leaf is', () => {
    const change = fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      byte: fc.constantFrom(...Buffer.from('"\\{}[],:019aZ-= \u0000\u007f')),
      kind: fc.constantFrom(0, 1, 2),
    });
    fc.assert(
      fc.property(bytesOf, change, (bytes, { at, byte, kind }) => {
        const place = Math.floor(at * bytes.length);
        agree(
          Uint8Array.from([...bytes].toSpliced(place, kind === 1 ? 0 : 1, ...(kind === 2 ? [] : [byte]))),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused for a plain leaf with any one byte changed, put in or left out, where the leaf is', () => {
    const plain = chainedLeaves(2, 1)[1]!;
    const part = { subject: 'p', keyid: 'k', digest: Buffer.alloc(32, 1), commitment: Buffer.alloc(32, 2) };
    const full = { ...plain, actor: 'a', corrects: 'c', parts: [part, part] };
    for (const bytes of [plain, full].map(formatLeaf))
      for (let place = 0; place <= bytes.length; place++) {
        agree(Uint8Array.from([...bytes].toSpliced(place, 1)));
        for (const byte of Buffer.from('"\\x0:\u0000')) {
          agree(Uint8Array.from([...bytes].toSpliced(place, 1, byte)));
          agree(Uint8Array.from([...bytes].toSpliced(place, 0, byte)));
        }
      }
  });

  it('orders times of recording as they are ordered', () => {
    const base = chainedLeaves(1, 1)[0]!;
    const orderOf = (recordedat: string): number => {
      const bytes = formatLeaf({ ...base, recordedat });
      return new LeafLinksReader(bytes).read(0, bytes.length).recordedOrder;
    };
    fc.assert(
      fc.property(time, time, (a, b) => {
        expect(Math.sign(orderOf(a) - orderOf(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    expect(orderOf('2024-02-29T00:00:00.000Z')).toBeLessThan(orderOf('2024-03-01T00:00:00.000Z'));
  });
});

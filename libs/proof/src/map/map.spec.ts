import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  EMPTY_MAP_ROOT,
  formatMapProof,
  parseMapProof,
  proveKey,
  readNodes,
  readNodesLater,
  updateMap,
  verifyMapProof,
  type MapProof,
  type MapValue,
} from '../index.js';

type Change = readonly [key: Uint8Array, value: MapValue];

/** A store as the ledger has one: from hash to bytes, nothing ever removed. */
class Nodes {
  readonly byHash = new Map<string, Uint8Array>();
  reads = 0;

  readonly read = (hash: Uint8Array): Uint8Array | undefined => {
    this.reads++;
    return this.byHash.get(Buffer.from(hash).toString('latin1'));
  };

  update(root: Uint8Array, changes: readonly Change[]): Uint8Array {
    const update = readNodes(updateMap(root, changes), this.read);
    for (const { hash, bytes } of update.written)
      this.byHash.set(Buffer.from(hash).toString('latin1'), bytes);
    return update.root;
  }

  prove(root: Uint8Array, key: Uint8Array): MapProof {
    return readNodes(proveKey(root, key), this.read);
  }
}

const sha256 = (...parts: readonly Uint8Array[]): Uint8Array =>
  createHash('sha256').update(Buffer.concat(parts)).digest();
const keyOf = (name: string | number): Uint8Array => Buffer.from(`key ${name}`);
const valueOf = (count: number): MapValue => ({ count, head: sha256(Buffer.from(String(count))) });
const change = (name: string | number, count: number): Change => [keyOf(name), valueOf(count)];

/** The map as its format is worded, from scratch. */
function rootFromScratch(changes: ReadonlyMap<string, number>): Uint8Array {
  const leaves = [...changes].map(([name, count]) => {
    const path = sha256(keyOf(name));
    const bits = [...path].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(count));
    return { bits, hash: sha256(Buffer.of(2), path, size, valueOf(count).head) };
  });
  const subtree = (prefix: string): Uint8Array => {
    const below = leaves.filter(({ bits }) => bits.startsWith(prefix));
    if (below.length === 0) return sha256(Buffer.of(4));
    if (below.length === 1) return below[0]!.hash;
    return sha256(Buffer.of(3), subtree(`${prefix}0`), subtree(`${prefix}1`));
  };
  return subtree('');
}

const refused = expect.objectContaining({ name: 'Refusal' }) as unknown as Error;
const entries = fc.dictionary(fc.string({ maxLength: 4 }), fc.integer({ min: 1, max: 1000 }), {
  maxKeys: 40,
});

describe('the Merkle map', () => {
  it('has the root that its format states, whatever the order and the batches', () => {
    fc.assert(
      fc.property(
        entries,
        fc.array(fc.nat({ max: 12 })),
        fc.infiniteStream(fc.nat()),
        (map, sizes, ranks) => {
          const all = Object.entries(map)
            .map((entry) => ({ entry, rank: ranks.next().value }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ entry }) => entry);
          const nodes = new Nodes();
          let root = EMPTY_MAP_ROOT;
          for (let at = 0, batch = 0; at < all.length; batch++) {
            const size = Math.max(1, sizes[batch] ?? all.length);
            root = nodes.update(
              root,
              all.slice(at, at + size).map(([name, count]) => change(name, count)),
            );
            at += size;
          }
          expect(Buffer.from(root)).toEqual(rootFromScratch(new Map(all)));
        },
      ),
    );
  });

  it('keeps only the last value of a key', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 50 })), { minLength: 1 }),
        (steps) => {
          const nodes = new Nodes();
          let root = EMPTY_MAP_ROOT;
          const last = new Map<string, number>();
          for (const [name, count] of steps) {
            root = nodes.update(root, [change(name, count)]);
            last.set(String(name), count);
          }
          expect(Buffer.from(root)).toEqual(rootFromScratch(last));
          expect(
            nodes.update(
              root,
              [...last].map(([name, count]) => change(name, count)),
            ),
          ).toEqual(root);
        },
      ),
    );
  });

  it('proves what is there and what is not, under old roots too', () => {
    const nodes = new Nodes();
    const roots = [EMPTY_MAP_ROOT];
    for (let batch = 0; batch < 8; batch++) {
      const names = Array.from({ length: 25 }, (_, at) => batch * 25 + at);
      roots.push(
        nodes.update(
          roots.at(-1)!,
          names.map((name) => change(name, name + 1)),
        ),
      );
    }
    const kinds = new Set<string>();
    for (const [batch, root] of roots.entries())
      for (let name = 0; name < 240; name++) {
        const proof = nodes.prove(root, keyOf(name));
        kinds.add(proof.kind);
        const value = verifyMapProof(root, keyOf(name), parseMapProof(formatMapProof(proof)));
        expect(value).toEqual(name < batch * 25 ? valueOf(name + 1) : undefined);
      }
    expect([...kinds].sort()).toEqual(['empty', 'other', 'present']);
  });

  it('proves nothing else: no changed proof, no other key, no other root', () => {
    const nodes = new Nodes();
    const names = Array.from({ length: 200 }, (_, name) => name);
    const root = nodes.update(
      EMPTY_MAP_ROOT,
      names.map((name) => change(name, name + 1)),
    );
    fc.assert(
      fc.property(fc.nat({ max: 399 }), fc.nat(), fc.nat({ max: 7 }), (name, place, bit) => {
        const key = keyOf(name);
        const bytes = Buffer.from(formatMapProof(nodes.prove(root, key)));
        const at = place % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
        expect(() => verifyMapProof(root, key, parseMapProof(bytes))).toThrow(refused);
      }),
      { numRuns: 1000 },
    );
    const proof = nodes.prove(root, keyOf(3));
    expect(() => verifyMapProof(root, keyOf(4), proof)).toThrow(refused);
    expect(() => verifyMapProof(EMPTY_MAP_ROOT, keyOf(3), proof)).toThrow(refused);
    expect(() => verifyMapProof(root, keyOf(3), { kind: 'empty', siblings: proof.siblings })).toThrow(
      refused,
    );
  });

  it('cannot take a leaf for a node or its own leaf for another', () => {
    const nodes = new Nodes();
    const root = nodes.update(EMPTY_MAP_ROOT, [change(1, 1)]);
    const proof = nodes.prove(root, keyOf(1));
    expect(proof).toEqual({ kind: 'present', siblings: [], value: valueOf(1) });
    const leaf = { path: sha256(keyOf(1)), value: valueOf(1) };
    expect(() => verifyMapProof(root, keyOf(1), { kind: 'other', siblings: [], leaf })).toThrow(refused);
    const zero = { count: 0, head: Buffer.alloc(32) };
    expect(() => verifyMapProof(root, keyOf(1), { kind: 'present', siblings: [], value: zero })).toThrow(
      refused,
    );
  });

  it('has proofs of exactly one length', () => {
    for (const proof of [
      { kind: 'empty', siblings: [Buffer.alloc(32)] },
      { kind: 'present', siblings: [], value: valueOf(1) },
    ] as const) {
      const bytes = formatMapProof(proof);
      expect(() => parseMapProof(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(refused);
      expect(() => parseMapProof(bytes.subarray(0, -1))).toThrow(refused);
    }
    expect(() => parseMapProof(Buffer.of(3, 0, 0))).toThrow(refused);
    expect(() => parseMapProof(Buffer.of(1, 255, 255))).toThrow(refused);
  });

  it('notices nodes that are missing or were changed', () => {
    const nodes = new Nodes();
    const root = nodes.update(EMPTY_MAP_ROOT, [change(1, 1), change(2, 1), change(3, 1)]);
    const name = Buffer.from(root).toString('latin1');
    const bytes = nodes.byHash.get(name)!;
    nodes.byHash.set(name, Buffer.concat([bytes.subarray(0, -1), Buffer.of(bytes.at(-1)! ^ 1)]));
    expect(() => nodes.prove(root, keyOf(1))).toThrow(refused);
    nodes.byHash.delete(name);
    expect(() => nodes.update(root, [change(4, 1)])).toThrow(refused);
  });

  it('refuses a key that is given twice', () => {
    expect(() => new Nodes().update(EMPTY_MAP_ROOT, [change(1, 1), change(1, 2)])).toThrow(RangeError);
  });

  it('reads and writes each node on the way to many changes once, and asks level by level', async () => {
    const nodes = new Nodes();
    const all = Array.from({ length: 20_000 }, (_, name) => change(name, 1));
    const root = nodes.update(EMPTY_MAP_ROOT, all);
    const proofs = Array.from({ length: 200 }, (_, name) => nodes.prove(root, keyOf(name)).siblings.length);
    expect(Math.max(...proofs)).toBeLessThan(40);
    let rounds = 0;
    const asked = new Set<string>();
    const changes = Array.from({ length: 1000 }, (_, at) => change(at * 21, 2));
    const update = await readNodesLater(updateMap(root, changes), (hashes) => {
      rounds++;
      for (const hash of hashes) {
        const name = Buffer.from(hash).toString('latin1');
        expect(asked.has(name)).toBe(false);
        asked.add(name);
      }
      return Promise.resolve(hashes.map(nodes.read));
    });
    expect(rounds).toBeLessThan(40);
    expect(new Set(update.written.map(({ hash }) => Buffer.from(hash).toString('latin1'))).size).toBe(
      update.written.length,
    );
    // 1,000 paths of some 15 nodes in 20,000 keys: the upper 10 levels are shared.
    expect(update.written.length).toBeLessThan(8_500);
    expect(update.written.length - asked.size).toBeLessThan(500);
  });
});

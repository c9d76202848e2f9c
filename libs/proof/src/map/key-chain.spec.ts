import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { extendChain, leafHash, type MapValue } from '../index.js';

const chainOver = (leaves: readonly Uint8Array[]): MapValue | undefined =>
  leaves.reduce<MapValue | undefined>((value, leaf) => extendChain(value, leaf), undefined);

describe('the chain over the leaves of a key', () => {
  it('is SHA-256(0x06, head before, hash of the leaf), from 32 zero bytes on', () => {
    const [one, two] = [leafHash(Buffer.from('one')), leafHash(Buffer.from('two'))];
    const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
      createHash('sha256').update(Buffer.concat(parts)).digest();
    const first = sha256(Buffer.of(6), Buffer.alloc(32), one);
    expect(extendChain(undefined, one)).toEqual({ count: 1, head: first });
    expect(chainOver([one, two])).toEqual({ count: 2, head: sha256(Buffer.of(6), first, two) });
    expect(first.toString('hex')).toBe('4d9f30144f6ee8a393223231ff65549b4607b7ef518a37a0532f1b41bd8e7b3c');
  });

  it('tells any two lists of leaves apart', () => {
    const leaves = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(leaves, leaves, (a, b) => {
        const same = Buffer.compare(Buffer.concat(a), Buffer.concat(b)) === 0;
        const heads = [a, b].map((list) => Buffer.from(chainOver(list)?.head ?? []).toString('hex'));
        expect(heads[0] === heads[1]).toBe(same);
        expect(chainOver([...a].reverse())?.count).toBe(a.length);
      }),
    );
  });

  it('takes hashes of 32 bytes alone', () => {
    expect(() => extendChain(undefined, Buffer.alloc(31))).toThrow(RangeError);
  });
});

import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { digestOf, digestText, formatLeaf, leafHash, parseLeaf, SALT_BYTES, type Leaf } from '../index.js';

const refused = (code: string): Error =>
  expect.objectContaining({ name: 'Refusal', code }) as unknown as Error;

const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => one.isWellFormed());
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const time = fc
  .date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const part = fc.record({ subject: text, keyid: text, digest: hash, commitment: hash });
const leaves: fc.Arbitrary<Leaf> = fc
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
      revision: fc.nat(),
      previous: hash,
      corrects: text,
      digest: hash,
      parts: fc.array(part, { minLength: 1, maxLength: 3 }),
    },
    {
      requiredKeys: 'tenant id source type subject time recordedat stream revision previous digest'.split(
        ' ',
      ) as never,
    },
  )
  .map((leaf) => ({ ...leaf, previous: leaf.revision === 0 ? null : leaf.previous }) as Leaf);

const LEAF: Leaf = {
  tenant: 'acme',
  id: '5c2b3c1e-8a27-5d0e-9b2f-2f1f5b1f9a10',
  source: 'urn:shop',
  type: 'rapport.sale.SaleCompleted.v1',
  subject: 'relationship/p1',
  time: '2026-01-31T12:00:00.000Z',
  recordedat: '2026-01-31T12:00:01.000Z',
  stream: 'relationship/p1',
  revision: 0,
  previous: null,
  digest: Buffer.alloc(32, 1),
};
const TEXT = Buffer.from(formatLeaf(LEAF)).toString();

describe('a leaf', () => {
  it('is canonical JSON', () => {
    expect(TEXT).toBe(
      '{"digest":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=","id":"5c2b3c1e-8a27-5d0e-9b2f-2f1f5b1f9a10",' +
        '"previous":null,"recordedat":"2026-01-31T12:00:01.000Z","revision":0,"source":"urn:shop",' +
        '"stream":"relationship/p1","subject":"relationship/p1","tenant":"acme",' +
        '"time":"2026-01-31T12:00:00.000Z","type":"rapport.sale.SaleCompleted.v1","v":1}',
    );
  });

  it('reads back as it was written, and to the same bytes', () => {
    fc.assert(
      fc.property(leaves, (leaf) => {
        const bytes = formatLeaf(leaf);
        expect(canonicalize(JSON.parse(Buffer.from(bytes).toString()))).toBe(Buffer.from(bytes).toString());
        const read = parseLeaf(bytes);
        expect(Buffer.from(formatLeaf(read))).toEqual(bytes);
        expect(leafHash(formatLeaf(read))).toEqual(leafHash(bytes));
        expect(read.digest).toEqual(Buffer.from(leaf.digest));
        expect(Object.keys(read).sort()).toEqual(Object.keys(leaf).sort());
      }),
    );
  });

  it.each([
    ['an unknown member', TEXT.replace('"v":1', '"v":1,"w":1'), 'malformed'],
    ['another version', TEXT.replace('"v":1', '"v":2'), 'malformed'],
    ['no version', TEXT.replace(',"v":1', ''), 'malformed'],
    ['a member missing', TEXT.replace('"tenant":"acme",', ''), 'malformed'],
    ['an empty text', TEXT.replace('"acme"', '""'), 'malformed'],
    ['a number for a text', TEXT.replace('"acme"', '1'), 'malformed'],
    ['a short hash', TEXT.replace('AQEBAQ', ''), 'malformed'],
    ['stray bits in a hash', TEXT.replace('AQE=', 'AQF='), 'malformed'],
    ['a broken time', TEXT.replace('2026-01-31T12:00:00.000Z', '2026-02-31T12:00:00.000Z'), 'malformed'],
    ['a time without milliseconds', TEXT.replace('12:00:00.000Z', '12:00:00Z'), 'malformed'],
    ['a negative revision', TEXT.replace('"revision":0', '"revision":-1'), 'malformed'],
    ['a broken revision', TEXT.replace('"revision":0', '"revision":0.5'), 'malformed'],
    ['no leaf before a later one', TEXT.replace('"revision":0', '"revision":1'), 'malformed'],
    ['no parts', TEXT.replace('"previous"', '"parts":[],"previous"'), 'malformed'],
    ['a null', 'null', 'malformed'],
    ['a list', `[${TEXT}]`, 'malformed'],
    ['no JSON', TEXT.slice(1), 'malformed'],
    ['a key twice', TEXT.replace('"v":1', '"v":1,"v":1'), 'not-canonical'],
    ['a space', TEXT.replace('"v":1', '"v": 1'), 'not-canonical'],
    ['a number written otherwise', TEXT.replace('"v":1', '"v":1.0'), 'not-canonical'],
    ['an escape', TEXT.replace('acme', '\\u0061cme'), 'not-canonical'],
    ['another order', TEXT.replace('{', '{"v":1,').replace(',"v":1}', '}'), 'not-canonical'],
    ['a byte-order mark', `\ufeff${TEXT}`, 'malformed'],
    ['too many bytes', TEXT.replace('acme', 'a'.repeat(65_536)), 'too-large'],
  ])('is refused with %s', (_, changed, code) => {
    expect(changed).not.toBe(TEXT);
    expect(() => parseLeaf(Buffer.from(changed))).toThrow(refused(code));
  });

  it('is not written when it could not be read', () => {
    expect(() => formatLeaf({ ...LEAF, digest: Buffer.alloc(31) })).toThrow(refused('malformed'));
    const other = Buffer.from(LEAF.digest).toString('base64').replace(/.=$/, 'B=');
    for (const digest of [other, 'AAAA', '', `${other}"`])
      expect(() => formatLeaf({ ...LEAF, digest })).toThrow(refused('malformed'));
    expect(() => formatLeaf({ ...LEAF, tenant: '\ud800' })).toThrow(refused('malformed'));
    expect(() => formatLeaf({ ...LEAF, revision: 1 })).toThrow(refused('malformed'));
  });
});

describe('the digest of stored data', () => {
  it('depends on every bit of salt and body', () => {
    const salt = Buffer.alloc(SALT_BYTES, 1);
    const digest = digestOf(salt, Buffer.from('body'));
    expect(digest).toHaveLength(32);
    expect(digestOf(Buffer.alloc(SALT_BYTES, 2), Buffer.from('body'))).not.toEqual(digest);
    expect(digestOf(salt, Buffer.from('bodz'))).not.toEqual(digest);
  });

  it('is written the same whether it is given in bytes or in base64', () => {
    const salt = Buffer.alloc(SALT_BYTES, 1);
    for (const body of ['', 'body', 'ü'.repeat(5_000), Buffer.from('body')]) {
      const [bytes, text] = [digestOf(salt, body), digestText(salt, body)];
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(formatLeaf({ ...LEAF, digest: text })).toEqual(formatLeaf({ ...LEAF, digest: bytes }));
    }
  });

  it('lets nobody choose where the salt ends', () => {
    expect(() => digestOf(Buffer.alloc(SALT_BYTES - 1), Buffer.from('body'))).toThrow(refused('malformed'));
  });
});

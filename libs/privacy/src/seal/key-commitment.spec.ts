import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, webcrypto } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commitmentOf, encryptionKeyOf } from './event-key.js';
import { openWithSecret } from './open-parts.js';
import { PersonKey } from './person-key.js';
import { sealParts } from './seal-parts.js';
import type { SealedParts } from '@rapport/kernel';
import { associatedDataOf, digestOfParts, type SealContext } from './sealed-parts.js';

const context: SealContext = {
  tenant: 'main',
  eventId: 'aa4395f8-bd40-5fbc-a351-2e72a4e32466',
  stream: 'relationship/42',
  type: 'rapport.complaint.ComplaintReceived.v1',
};

describe('the keys of an event', () => {
  it('are what HKDF with SHA-256 gives, as Node has it', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(bytes, fc.uuid(), (personKey, eventId) => {
        const info = `rapport.event-secret.v1\u0000${eventId}`;
        const secret = new PersonKey('42', 'k', personKey).eventSecret(eventId);
        expect(secret).toEqual(Buffer.from(hkdfSync('sha256', personKey, 'rapport.person-key.v1', info, 32)));
      }),
    );
  });

  it('never change, or what was sealed before could no longer be opened', () => {
    const key = new PersonKey('42', 'key-1', Buffer.alloc(32, 7));
    const secret = key.eventSecret(context.eventId);
    expect(secret.toString('hex')).toMatchInlineSnapshot(
      `"604199bd672462175d770178ae120fc353f805293d5912612cce79f2d682a4d3"`,
    );
    expect(encryptionKeyOf(secret).toString('hex')).toMatchInlineSnapshot(
      `"1938f5593550b7e644a0296d85199ebd109acfcd5a8005cec71d9c8f29c5a431"`,
    );
    expect(commitmentOf(secret).toString('hex')).toMatchInlineSnapshot(
      `"88d65b71abd3fe40a8ebd49978dc3d29331bed6b170014d84e26af0ffb3abfb7"`,
    );
    const sealed: SealedParts = {
      subject: '42',
      keyid: 'key-1',
      commitment: commitmentOf(secret).toString('base64url'),
      fields: { '/text': 'AAAA' },
    };
    expect(digestOfParts(sealed).toString('hex')).toMatchInlineSnapshot(
      `"d4941bde7d06046c1993e4cef7f08fed950f09da73c570ef16043c802857a7c1"`,
    );
    expect(associatedDataOf(context, sealed)('/text').toString()).toMatchInlineSnapshot(
      `"["rapport.part.v1","main","aa4395f8-bd40-5fbc-a351-2e72a4e32466","relationship/42","rapport.complaint.ComplaintReceived.v1","42","key-1","/text"]"`,
    );
  });
});

describe('a sealed value', () => {
  it('is opened by another implementation that follows the format as it is written down', async () => {
    const personKey = randomBytes(32);
    const sealed = sealParts({ '/text': 'Zoë' }, new PersonKey('42', 'key-1', personKey), context);
    const { subtle } = webcrypto;
    const utf8 = (text: string): Buffer => Buffer.from(text);

    const secret = await subtle.deriveBits(
      {
        name: 'HKDF',
        hash: 'SHA-256',
        salt: utf8('rapport.person-key.v1'),
        info: utf8(`rapport.event-secret.v1\u0000${context.eventId}`),
      },
      await subtle.importKey('raw', personKey, 'HKDF', false, ['deriveBits']),
      256,
    );
    const mac = { name: 'HMAC', hash: 'SHA-256' };
    const pseudorandom = await subtle.importKey('raw', secret, mac, false, ['sign']);
    const expanded = (info: string): Promise<ArrayBuffer> =>
      subtle.sign('HMAC', pseudorandom, utf8(`${info}\u0001`));

    const commitment = Buffer.from(await expanded('rapport.key-commitment.v1'));
    expect(sealed.commitment).toBe(commitment.toString('base64url'));
    const key = await expanded('rapport.encryption-key.v1');
    const bytes = Buffer.from(sealed.fields['/text'] as string, 'base64url');
    const { tenant, eventId, stream, type } = context;
    const place = ['rapport.part.v1', tenant, eventId, stream, type, '42', 'key-1', '/text'];
    const plain = await subtle.decrypt(
      { name: 'AES-GCM', iv: bytes.subarray(0, 12), additionalData: utf8(JSON.stringify(place)) },
      await subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']),
      bytes.subarray(12),
    );
    expect(Buffer.from(plain).toString()).toBe('"Zoë"');
  });
});

describe('one ciphertext that two keys decrypt', () => {
  it('can be made for GCM, and is still opened with one of them only', () => {
    const secrets = [randomBytes(32), randomBytes(32)] as const;
    const [first, second] = secrets.map(encryptionKeyOf) as [Buffer, Buffer];
    const owner = { subject: '42', keyid: 'key-1' };
    const associated = associatedDataOf(context, owner)('/text');
    const forged = ciphertextForTwo(first, second, associated);

    // GCM alone takes it with either key, and gives two different texts.
    const texts = [first, second].map((key) => gcmDecrypts(key, forged, associated).toString('hex'));
    expect(new Set(texts).size).toBe(2);

    const fields = { '/text': forged.toString('base64url') };
    for (const [index, secret] of secrets.entries()) {
      const sealed = { ...owner, commitment: commitmentOf(secret).toString('base64url'), fields };
      const other = secrets[1 - index] as Buffer;
      expect(openWithSecret(sealed, other, context)).toMatchObject({
        ok: false,
        rejection: { code: 'KEY_WRONG' },
      });
    }
  });

  it('would need two secrets with one commitment: none of many have', () => {
    const commitments = Array.from({ length: 2_000 }, () => commitmentOf(randomBytes(32)).toString('hex'));
    expect(new Set(commitments).size).toBe(commitments.length);
  });

  it('is no concern of what was sealed honestly', () => {
    const key = new PersonKey('42', 'key-1', randomBytes(32));
    const sealed = sealParts({ '/text': 'Hi' }, key, context);
    expect(openWithSecret(sealed, key.eventSecret(context.eventId), context).ok).toBe(true);
  });
});

const NONCE = Buffer.alloc(12, 1);
const POLYNOMIAL = 0xe1n << 120n;

/**
 * Two blocks that decrypt under two keys with the same nonce and tag: the first is free, and the second solves the one
 * linear equation over GF(2^128) by which both tags are equal (Dodis, Grubbs, Ristenpart & Woodage 2018, section 3).
 */
function ciphertextForTwo(first: Buffer, second: Buffer, associated: Buffer): Buffer {
  const block = randomBytes(16);
  const lengths = Buffer.alloc(16);
  lengths.writeBigUInt64BE(BigInt(associated.length * 8), 0);
  lengths.writeBigUInt64BE(256n, 8);
  const padded = Buffer.concat([associated, Buffer.alloc((16 - (associated.length % 16)) % 16), block]);
  const sides = [first, second].map((key) => {
    const h = encryptedBlock(key, Buffer.alloc(16));
    let hash = 0n;
    for (let at = 0; at < padded.length; at += 16)
      hash = times(hash ^ number(padded.subarray(at, at + 16)), h);
    // The tag is ((hash ^ second block) * h ^ lengths) * h ^ mask: the second block is multiplied by h squared.
    const mask = encryptedBlock(key, Buffer.concat([NONCE, Buffer.from([0, 0, 0, 1])]));
    const square = times(h, h);
    return { square, rest: times(hash, square) ^ times(number(lengths), h) ^ mask };
  }) as [Side, Side];
  const [a, b] = sides;
  const solved = times(a.rest ^ b.rest, inverse(a.square ^ b.square));
  const tag = times(solved, a.square) ^ a.rest;
  return Buffer.concat([NONCE, block, bytes(solved), bytes(tag)]);
}

interface Side {
  readonly square: bigint;
  readonly rest: bigint;
}

function gcmDecrypts(key: Buffer, sealed: Buffer, associated: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
}

const encryptedBlock = (key: Buffer, block: Buffer): bigint => {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return number(Buffer.concat([cipher.update(block), cipher.final()]));
};

const number = (block: Uint8Array): bigint => BigInt(`0x${Buffer.from(block).toString('hex')}`);
const bytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(32, '0'), 'hex');

/** The product in GF(2^128) as GCM writes it: the first bit is that of x to the power of 0 (NIST SP 800-38D, 6.3). */
function times(x: bigint, y: bigint): bigint {
  let product = 0n;
  let shifted = y;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ POLYNOMIAL : shifted >> 1n;
  }
  return product;
}

/** x to the power of 2^128 - 2. */
function inverse(x: bigint): bigint {
  let result = 1n << 127n;
  let power = x;
  for (let step = 1; step < 128; step++) {
    power = times(power, power);
    result = times(result, power);
  }
  return result;
}

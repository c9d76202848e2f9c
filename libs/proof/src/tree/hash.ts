import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;
/** 32-bit words of a SHA-256 hash, in the byte order of the machine: two hashes compare fastest so. */
export const HASH_WORDS = HASH_BYTES / Int32Array.BYTES_PER_ELEMENT;

/** The byte in front of a leaf's data (RFC 6962, section 2.1). */
export const LEAF_PREFIX = 0x00;
/** The byte in front of the hashes that a node joins (RFC 6962, section 2.1). */
export const NODE_PREFIX = 0x01;

/**
 * SHA-256 (FIPS 180-4), of a text that of its UTF-8. Asking OpenSSL for text and copying that is the fastest way Node has for short inputs: about
 * 1.1 µs where a Buffer from it takes 1.5 µs and a hash object 2.3 µs.
 * @example sha256(Buffer.from('abc')).toString('hex') // 'ba7816bf…'
 */
export const sha256 = (bytes: Uint8Array | string): Buffer =>
  Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');

/** As {@link sha256}, in standard base64 (RFC 4648, section 4). */
export const sha256Base64 = (bytes: Uint8Array): string => hash('sha256', bytes, 'base64');

/**
 * As {@link sha256}, as a text of one character a byte. Many of them in one text are copied into bytes at once, which takes
 * a third less than copying each.
 */
export const sha256Text = (bytes: Uint8Array): string => hash('sha256', bytes, 'binary');

/**
 * The root of the tree without a leaf: SHA-256 of nothing.
 *
 * Source: RFC 6962, section 2.1.
 */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

/**
 * Hash of a leaf: SHA-256(0x00 || data).
 *
 * Source: RFC 6962, section 2.1.
 * @example leafHash(Buffer.from('one'))
 */
export function leafHash(data: Uint8Array): Uint8Array {
  const input = Buffer.allocUnsafe(data.length + 1);
  input[0] = LEAF_PREFIX;
  input.set(data, 1);
  return sha256(input);
}

// One node is hashed at a time and nothing waits in between, so one block of memory serves all.
const pair = Buffer.alloc(1 + 2 * HASH_BYTES);
pair[0] = NODE_PREFIX;

/**
 * Hash of an inner node: SHA-256(0x01 || left || right).
 *
 * Source: RFC 6962, section 2.1.
 * @example nodeHash(leafHash(one), leafHash(two))
 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

import { createHmac } from 'node:crypto';
import { hmac } from './hmac.js';

/** What one step of HKDF with SHA-256 gives. */
export const HKDF_BYTES = 32;

/**
 * HKDF-Extract with SHA-256: the pseudorandom key of a secret. Split from the other step because a person's is kept
 * while that person's events are read and written; Node's `hkdfSync`, which does both each time, takes three times as
 * long.
 *
 * Source: RFC 5869, section 2.2.
 */
export const extract = (salt: string, secret: Uint8Array): Buffer =>
  createHmac('sha256', salt).update(secret).digest();

/**
 * HKDF-Expand with SHA-256 for one block of output, 32 bytes.
 *
 * Source: RFC 5869, section 2.3, with N = 1.
 */
export const expand = (pseudorandom: Uint8Array, info: string): Buffer => hmac(pseudorandom, `${info}\u0001`);

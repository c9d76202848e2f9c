import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** 96 bits, the length for which GCM needs no further hashing. */
const NONCE_BYTES = 12;
/** The full length; a shorter one would weaken forgery resistance. */
const TAG_BYTES = 16;

/** What encryption adds. */
const OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

const TAG_LENGTH = { authTagLength: TAG_BYTES };

/**
 * Encrypts with AES-256-GCM under a fresh random nonce; gives nonce ‖ ciphertext ‖ tag. A nonce is random and not
 * counted, since the same event may be sealed twice (by a writer that was overtaken, or by two at once) and no counter
 * is shared between them. Keys stay far below the 2³² messages up to which this is safe.
 *
 * Source: NIST SP 800-38D, sections 7.1, 8.2.2 and 8.3.
 * @param key 32 bytes
 * @param associated bytes that are bound but not kept
 */
export function encrypt(key: Uint8Array, plain: Uint8Array, associated: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(plain.length + OVERHEAD_BYTES);
  const nonce = sealed.subarray(0, NONCE_BYTES);
  fillNonce(nonce);
  const cipher = createCipheriv(CIPHER, key, nonce, TAG_LENGTH);
  cipher.setAAD(associated);
  sealed.set(cipher.update(plain), NONCE_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), NONCE_BYTES + plain.length);
  return sealed;
}

/**
 * Decrypts what {@link encrypt} gave; undefined when key, bytes or associated bytes are others.
 *
 * Source: NIST SP 800-38D, section 7.2.
 */
export function decrypt(key: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Buffer | undefined {
  if (sealed.length < OVERHEAD_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), TAG_LENGTH);
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
  } catch {
    plain.fill(0); // what was not authenticated is shown to nobody
    return undefined;
  }
  return plain;
}

/** Randomness in larger portions: a call for each nonce costs half as much as the encryption. */
const pool = Buffer.alloc(4_096);
let poolAt = pool.length;

function fillNonce(nonce: Uint8Array): void {
  if (poolAt + NONCE_BYTES > pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  nonce.set(pool.subarray(poolAt, poolAt + NONCE_BYTES));
  poolAt += NONCE_BYTES;
}

import { refuse } from '../refusal.js';
import { sha256 } from '../tree/hash.js';

/** Bytes of the random salt stored with the data: enough that nobody can try them all. */
export const SALT_BYTES = 16;
const DATA_PREFIX = 0x05;

/**
 * The digest by which a leaf binds stored data: SHA-256(0x05 || salt || body). The salt is random and kept with the data,
 * so that data which was removed cannot be guessed from its digest. The first byte parts it from the hashes of trees and
 * maps, whose inputs start with 0x00 … 0x04.
 *
 * Source: FIPS 180-4; the prefix as in RFC 6962, section 2.1.
 * @param salt {@link SALT_BYTES} random bytes
 * @throws Refusal `malformed` when the salt has another length: where it ends must not be a choice
 * @example digestOf(randomBytes(SALT_BYTES), body)
 */
export function digestOf(salt: Uint8Array, body: Uint8Array): Uint8Array {
  if (salt.length !== SALT_BYTES) refuse('malformed', `a salt has ${SALT_BYTES} bytes`);
  const input = Buffer.allocUnsafe(1 + SALT_BYTES + body.length);
  input[0] = DATA_PREFIX;
  input.set(salt, 1);
  input.set(body, 1 + SALT_BYTES);
  return sha256(input);
}

import { refuse } from '../refusal.js';
import { sha256, sha256Base64 } from '../tree/hash.js';

/** Bytes of the random salt stored with the data: enough that nobody can try them all. */
export const SALT_BYTES = 16;
const DATA_PREFIX = 0x05;
const START_OF_BODY = 1 + SALT_BYTES;
const UTF8_BYTES_PER_UNIT_MAX = 3;
const shared = Buffer.alloc(8_192);
/** Its beginnings by their length, since a view costs nearly as much as the hash. */
const beginnings: Buffer[] = [];

/**
 * The digest by which a leaf binds stored data: SHA-256(0x05 || salt || body). The salt is random and kept with the data,
 * so that data which was removed cannot be guessed from its digest. The first byte parts it from the hashes of trees and
 * maps, whose inputs start with 0x00 … 0x04.
 *
 * Source: FIPS 180-4; the prefix as in RFC 6962, section 2.1.
 * @param salt {@link SALT_BYTES} random bytes
 * @param body of a text, its UTF-8
 * @throws Refusal `malformed` when the salt has another length: where it ends must not be a choice
 * @example digestOf(randomBytes(SALT_BYTES), body)
 */
export const digestOf = (salt: Uint8Array, body: Uint8Array | string): Uint8Array =>
  sha256(digested(salt, body));

/**
 * As {@link digestOf}, in the standard base64 that a leaf says it in.
 * @throws Refusal as {@link digestOf}
 */
export const digestText = (salt: Uint8Array, body: Uint8Array | string): string =>
  sha256Base64(digested(salt, body));

function digested(salt: Uint8Array, body: Uint8Array | string): Uint8Array {
  if (salt.length !== SALT_BYTES) refuse('malformed', `a salt has ${SALT_BYTES} bytes`);
  const bytesMax =
    START_OF_BODY + (typeof body === 'string' ? body.length * UTF8_BYTES_PER_UNIT_MAX : body.length);
  // One event is digested at a time and nothing waits in between, so one block of memory serves nearly all.
  const input = bytesMax <= shared.length ? shared : Buffer.allocUnsafe(bytesMax);
  input[0] = DATA_PREFIX;
  input.set(salt, 1);
  let end = START_OF_BODY;
  if (typeof body === 'string') end += input.write(body, START_OF_BODY);
  else {
    input.set(body, START_OF_BODY);
    end += body.length;
  }
  return input === shared ? (beginnings[end] ??= shared.subarray(0, end)) : input.subarray(0, end);
}

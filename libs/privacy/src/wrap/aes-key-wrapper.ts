import { accept, reject, type Result } from '@rapport/kernel';
import { decrypt, encrypt } from '../bytes/aes-gcm.js';
import { toBase64Url } from '../bytes/base64url.js';
import { expand, extract } from '../bytes/hkdf.js';
import type { KeyBinding, KeyWrapper } from '../ports/key-wrapper.js';

/** Bytes of the secret from which a tenant's key-encryption key is made. */
export const SECRET_BYTES = 32;
/** A name needs to tell keys apart, no more. */
const ID_BYTES = 16;

const SALT = 'rapport.key-encryption-key.v1';
const WRAPPED = 'rapport.wrapped-key.v1';

/**
 * Wraps keys with AES-256-GCM under a key-encryption key of the tenant, bound to tenant, person and key id. The
 * key-encryption key and its name come from the secret and the tenant by HKDF: several tenants may share a secret, and
 * none opens another's keys.
 *
 * Source: NIST SP 800-38D; RFC 5869. Random nonces are safe for 2³² keys under one secret.
 * @param secret {@link SECRET_BYTES} random bytes
 * @throws TypeError when the secret has another length
 * @example aesKeyWrapper(randomBytes(SECRET_BYTES), 'main')
 */
export function aesKeyWrapper(secret: Uint8Array, tenant: string): KeyWrapper {
  if (secret.length !== SECRET_BYTES)
    throw new TypeError(`a secret has ${SECRET_BYTES} bytes, not ${secret.length}`);
  const pseudorandom = extract(SALT, secret);
  const key = expand(pseudorandom, `key\u0000${tenant}`);
  const id = toBase64Url(expand(pseudorandom, `id\u0000${tenant}`).subarray(0, ID_BYTES));
  pseudorandom.fill(0);
  const associated = ({ person, keyid }: KeyBinding): Buffer =>
    Buffer.from(JSON.stringify([WRAPPED, tenant, person, keyid]));
  return {
    id,
    wrap: (plain, binding) => Promise.resolve(encrypt(key, plain, associated(binding))),
    unwrap(wrapped, binding): Promise<Result<Uint8Array>> {
      const plain = decrypt(key, wrapped, associated(binding));
      return Promise.resolve(plain === undefined ? WRONG : accept(plain));
    },
  };
}

const WRONG = reject(
  'KEY_WRONG',
  "The tenant's key-encryption key does not open a stored key: it is another one, or the stored key was changed. Start with the key-encryption key that belongs to this key store.",
);

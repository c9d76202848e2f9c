import { RapportError } from '@rapport/kernel';
import { fromBase64Url } from '../bytes/base64url.js';
import type { KeyWrapper } from '../ports/key-wrapper.js';
import { aesKeyWrapper, SECRET_BYTES } from './aes-key-wrapper.js';

/**
 * A wrapper from a secret as text: {@link SECRET_BYTES} bytes as unpadded base64url. What surrounds it (a line's end) is
 * left out.
 * @param where names the place of the text in the error; the text itself is never shown
 * @throws RapportError `INVALID_CONFIGURATION`
 */
export function wrapperOfText(text: string, tenant: string, where: string): KeyWrapper {
  const secret = fromBase64Url(text.trim());
  if (secret?.length !== SECRET_BYTES)
    throw new RapportError(
      'INVALID_CONFIGURATION',
      `${where} does not hold a key-encryption key, which is ${SECRET_BYTES} random bytes as base64url (43 characters): put back the one with which the keys were made.`,
    );
  try {
    return aesKeyWrapper(secret, tenant);
  } finally {
    secret.fill(0);
  }
}

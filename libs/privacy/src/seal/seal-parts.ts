import { canonicalJson, jsonText, type Json, type PersonalParts, type SealedParts } from '@rapport/kernel';
import { encrypt } from '../bytes/aes-gcm.js';
import { toBase64Url } from '../bytes/base64url.js';
import { commitmentOf, encryptionKeyOf } from './event-key.js';
import type { PersonKey } from './person-key.js';
import { associatedDataOf, type SealContext } from './sealed-parts.js';

/**
 * Encrypts the personal parts that an event holds of one person: each value as canonical JSON, under the key of this event
 * and person, bound to event, stream, type, person, key and pointer. Sealing twice gives different bytes, since nonces
 * are random. Synchronous, so that it can stand inside a decision; the key was fetched before.
 *
 * Source: NIST SP 800-38D; RFC 5869; RFC 8785.
 * @param parts values by RFC 6901 pointer
 * @throws RapportError `PERSON_ERASED` when the key has been destroyed meanwhile; TypeError for what is not JSON
 * @example
 * sealParts({ '/text': 'Hi' }, key, { tenant: 'main', eventId, stream: 'relationship/42', type })
 * // { subject: '42', keyid: …, commitment: …, fields: { '/text': … } }
 */
export function sealParts(parts: PersonalParts, key: PersonKey, context: SealContext): SealedParts {
  const secret = key.eventSecret(context.eventId);
  const encryptionKey = encryptionKeyOf(secret);
  const owner = { subject: key.person, keyid: key.keyid };
  const associated = associatedDataOf(context, owner);
  const fields: Record<string, string> = {};
  for (const pointer of Object.keys(parts)) {
    const value = parts[pointer] as Json;
    const plain = Buffer.from(typeof value === 'string' ? jsonText(value) : canonicalJson(value));
    fields[pointer] = toBase64Url(encrypt(encryptionKey, plain, associated(pointer)));
  }
  return { ...owner, commitment: toBase64Url(commitmentOf(secret)), fields };
}

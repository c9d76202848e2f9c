import { timingSafeEqual } from 'node:crypto';
import {
  accept,
  reject,
  type ErrorCode,
  type Json,
  type PersonalParts,
  type Result,
  type SealedParts,
} from '@rapport/kernel';
import { decrypt } from '../bytes/aes-gcm.js';
import { fromBase64Url } from '../bytes/base64url.js';
import { HKDF_BYTES } from '../bytes/hkdf.js';
import { commitmentOf, encryptionKeyOf } from './event-key.js';
import type { PersonKey } from './person-key.js';
import { associatedDataOf, type SealContext } from './sealed-parts.js';

/**
 * Decrypts what `sealParts` gave: all parts of the set, or none.
 *
 * `KEY_WRONG`: the key is another person's or another key, or does not fit the commitment, which is compared before
 * anything is decrypted. `PERSONAL_DATA_TAMPERED` (with the pointer): ciphertext, nonce or tag were changed, or moved
 * here from another place. That a whole field is missing is seen by the digest in the leaf, not here.
 *
 * Source: NIST SP 800-38D; RFC 5869.
 * @throws RapportError `PERSON_ERASED` when the key has been destroyed meanwhile
 * @example
 * const opened = openParts(sealed, key, context);
 * if (opened.ok) joinPersonal(event.data, opened.value);
 */
export function openParts(sealed: SealedParts, key: PersonKey, context: SealContext): Result<PersonalParts> {
  if (sealed.subject !== key.person || sealed.keyid !== key.keyid) return refuse('KEY_WRONG');
  return openWithSecret(sealed, key.eventSecret(context.eventId), context);
}

/**
 * {@link openParts} for whoever was given the secret of one event ({@link PersonKey.eventSecret}) and not the person's
 * key: an auditor with a proof bundle.
 * @param eventSecret 32 bytes
 * @example openWithSecret(sealed, key.eventSecret(context.eventId), context) // { ok: true, value: { '/text': 'Hi' } }
 */
export function openWithSecret(
  sealed: SealedParts,
  eventSecret: Uint8Array,
  context: SealContext,
): Result<PersonalParts> {
  const commitment = fromBase64Url(sealed.commitment);
  if (commitment?.length !== HKDF_BYTES || !timingSafeEqual(commitment, commitmentOf(eventSecret)))
    return refuse('KEY_WRONG');
  if (typeof sealed.fields !== 'object' || sealed.fields === null) return refuse('PERSONAL_DATA_TAMPERED');
  const encryptionKey = encryptionKeyOf(eventSecret);
  const associated = associatedDataOf(context, sealed);
  const parts: Record<string, Json> = {};
  for (const pointer of Object.keys(sealed.fields)) {
    const bytes = fromBase64Url(sealed.fields[pointer]);
    const plain = bytes && decrypt(encryptionKey, bytes, associated(pointer));
    if (plain === undefined) return refuse('PERSONAL_DATA_TAMPERED', pointer);
    parts[pointer] = JSON.parse(plain.toString()) as Json;
  }
  return accept(parts);
}

const MESSAGES = {
  KEY_WRONG:
    'The key does not open these personal values, their key commitment says so: put back the keys that belong to this ledger.',
  PERSONAL_DATA_TAMPERED:
    'These personal values are not as they were sealed, or were sealed for another place: run `rapport verify`, and restore a backup.',
} as const satisfies Partial<Record<ErrorCode, string>>;

const refuse = (code: keyof typeof MESSAGES, pointer?: string): Result<never> =>
  reject(code, MESSAGES[code], pointer === undefined ? {} : { pointer });

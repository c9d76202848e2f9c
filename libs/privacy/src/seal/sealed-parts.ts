import { hash } from 'node:crypto';
import { jsonText, type SealedParts } from '@rapport/kernel';

/** Where personal parts belong: bound into every ciphertext, so that none can be moved. */
export interface SealContext {
  readonly tenant: string;
  /** The store's id of the event. */
  readonly eventId: string;
  /** The stream as recorded. */
  readonly stream: string;
  /** The kind's full type name. */
  readonly type: string;
}

const PART = 'rapport.part.v1';

/**
 * The associated data of the parts of a set, by pointer: the parts joined as JSON, so that no two places give the same
 * bytes.
 */
export function associatedDataOf(
  { tenant, eventId, stream, type }: SealContext,
  { subject, keyid }: Pick<SealedParts, 'subject' | 'keyid'>,
): (pointer: string) => Buffer {
  const place = [PART, tenant, eventId, stream, type, subject, keyid].map(jsonText).join(',');
  return (pointer) => Buffer.from(`[${place},${jsonText(pointer)}]`);
}

const DIGEST = 'rapport.sealed-parts.v1\u0000';

/**
 * The digest by which a leaf binds sealed parts, 32 bytes: SHA-256("rapport.sealed-parts.v1" ‖ 0x00 ‖ canonical JSON of
 * the set). A field that was taken out, added or renamed changes it too. It stays checkable when the key is gone, and
 * needs no salt, since ciphertext cannot be guessed.
 *
 * Source: RFC 8785; FIPS 180-4.
 * @example digestOfParts(sealParts({ '/text': 'Hi' }, key, context))
 */
export const digestOfParts = ({ subject, keyid, commitment, fields }: SealedParts): Buffer => {
  // Member by member in the order of RFC 8785: every event with personal values pays for this.
  const pointers = Object.keys(fields).sort();
  const values = pointers.map((pointer) => `${jsonText(pointer)}:${jsonText(fields[pointer] as string)}`);
  const text = `${DIGEST}{"commitment":${jsonText(commitment)},"fields":{${values.join(',')}},"keyid":${jsonText(keyid)},"subject":${jsonText(subject)}}`;
  return Buffer.from(hash('sha256', text, 'binary'), 'latin1');
};

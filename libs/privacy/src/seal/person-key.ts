import { createSecretKey, type KeyObject } from 'node:crypto';
import { RapportError } from '@rapport/kernel';
import { expand, extract } from '../bytes/hkdf.js';

/** Bytes of a person's key. */
export const PERSON_KEY_BYTES = 32;

const SALT = 'rapport.person-key.v1';
const EVENT = 'rapport.event-secret.v1';

/**
 * A person's key in the clear, for the moment in which it is used: whoever needs it asks `PersonKeys` again.
 *
 * It gives a secret for each event: HKDF-Expand(HKDF-Extract(salt, key), "rapport.event-secret.v1" ‖ 0x00 ‖ event id).
 * That secret opens this person's parts of that event and nothing else, so it can be handed to an auditor.
 *
 * Source: RFC 5869.
 * @example
 * const key = (await keys.forSealing(['42'])).get('42');
 * if (key?.ok) sealParts({ '/text': 'Hi' }, key.value, context);
 */
export class PersonKey {
  /** Kept outside the heap of JavaScript, and overwritten when it is freed. */
  private pseudorandom: KeyObject | undefined;

  /** @throws TypeError when the key does not have {@link PERSON_KEY_BYTES} */
  constructor(
    readonly person: string,
    readonly keyid: string,
    key: Uint8Array,
  ) {
    if (key.length !== PERSON_KEY_BYTES)
      throw new TypeError(`a person's key has ${PERSON_KEY_BYTES} bytes, not ${key.length}`);
    const pseudorandom = extract(SALT, key);
    this.pseudorandom = createSecretKey(pseudorandom);
    pseudorandom.fill(0);
  }

  /**
   * The secret of this person's parts of one event, 32 bytes.
   * @throws RapportError `PERSON_ERASED` when the key has been destroyed meanwhile
   */
  eventSecret(eventId: string): Buffer {
    if (this.pseudorandom === undefined)
      throw new RapportError('PERSON_ERASED', 'The key of these personal values has just been destroyed.');
    const pseudorandom = this.pseudorandom.export();
    const secret = expand(pseudorandom, `${EVENT}\u0000${eventId}`);
    pseudorandom.fill(0);
    return secret;
  }

  /** Forgets the key; whoever still holds this object can do nothing with it. */
  destroy(): void {
    this.pseudorandom = undefined;
  }
}

import { expand } from '../bytes/hkdf.js';

const ENCRYPTION = 'rapport.encryption-key.v1';
const COMMITMENT = 'rapport.key-commitment.v1';

/** The key with which the secret of an event encrypts. */
export const encryptionKeyOf = (eventSecret: Uint8Array): Buffer => expand(eventSecret, ENCRYPTION);

/**
 * What stands in the leaf for the secret of an event, 32 bytes: it tells nothing about the secret, and nobody can find a
 * second secret with the same commitment (that would be a collision of SHA-256). GCM promises no such thing: one
 * ciphertext can be made that two keys open to two texts, so the commitment is compared before anything is decrypted.
 *
 * Key and commitment both come from the secret, and not the one from the other: whoever is given the secret of one event
 * can check the commitment as well as read, and learns nothing about the person's other events.
 *
 * Source: RFC 5869; Albertini, Duong, Gueron, Kölbl, Luykx & Schmieg 2022, "How to abuse and fix authenticated encryption
 * without key commitment", USENIX Security (the generic construction); the attack: Dodis, Grubbs, Ristenpart & Woodage
 * 2018, "Fast message franking", CRYPTO.
 */
export const commitmentOf = (eventSecret: Uint8Array): Buffer => expand(eventSecret, COMMITMENT);

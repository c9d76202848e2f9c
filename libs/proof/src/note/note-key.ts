import { fromBase64, toBase64 } from '../bytes.js';
import { refuse } from '../refusal.js';
import { sha256 } from '../tree/hash.js';
import { KEY_BYTES, publicKeyOf } from './ed25519.js';

/** Signature types of C2SP signed-note that this room knows, with the byte that names them. */
export const SIGNATURE_TYPES = { ed25519: 0x01, cosignature: 0x04 } as const;
export type SignatureType = keyof typeof SIGNATURE_TYPES;

/** A public key with the name it signs under. */
export interface NoteKey {
  readonly name: string;
  /** The first four bytes, big-endian, of a hash over name, type and key: finds the key, proves nothing. */
  readonly id: number;
  readonly type: SignatureType;
  readonly publicKey: Uint8Array;
}

/** A private key with the name it signs under. */
export interface NoteSecret extends NoteKey {
  readonly seed: Uint8Array;
}

const SECRET_PREFIX = 'PRIVATE+KEY+';

/**
 * Makes the two texts of a key pair: the signer key, to be kept secret, and the verifier key, to be published.
 *
 * Source: C2SP signed-note, verifier keys; golang.org/x/mod/sumdb/note for the signer key.
 * @param seed 32 random bytes
 * @throws Refusal `malformed` for a name that is empty or holds a plus sign or a space
 * @example noteKeyPair('example.com/acme', randomBytes(32)).verifierKey // 'example.com/acme+…+AZ…'
 */
export function noteKeyPair(
  name: string,
  seed: Uint8Array,
  type: SignatureType = 'ed25519',
): { readonly signerKey: string; readonly verifierKey: string } {
  if (seed.length !== KEY_BYTES) throw new RangeError(`a seed has ${KEY_BYTES} bytes`);
  requireName(name);
  const publicKey = publicKeyOf(seed);
  const id = hexOf(keyId(name, type, publicKey));
  return {
    signerKey: `${SECRET_PREFIX}${name}+${id}+${typed(type, seed)}`,
    verifierKey: `${name}+${id}+${typed(type, publicKey)}`,
  };
}

/**
 * Reads the text of a verifier key: `<name>+<id as 8 hex digits>+<base64 of type byte and key>`.
 *
 * Source: C2SP signed-note, verifier keys.
 * @throws Refusal `malformed` when anything is not as it must be, the id included
 * @example parseVerifierKey('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx').name
 */
export function parseVerifierKey(text: string): NoteKey {
  const { name, id, type, bytes } = parseKey(text);
  if (id !== keyId(name, type, bytes)) refuse('malformed', 'the id of the verifier key does not fit it');
  return { name, id, type, publicKey: bytes };
}

/**
 * Reads the text of a signer key: `PRIVATE+KEY+<name>+<id>+<base64 of type byte and seed>`.
 *
 * Source: golang.org/x/mod/sumdb/note, `NewSigner`.
 * @throws Refusal `malformed`; the message never holds the key
 */
export function parseSignerKey(text: string): NoteSecret {
  if (!text.startsWith(SECRET_PREFIX)) refuse('malformed', `a signer key starts with ${SECRET_PREFIX}`);
  const { name, id, type, bytes } = parseKey(text.slice(SECRET_PREFIX.length));
  const publicKey = publicKeyOf(bytes);
  if (id !== keyId(name, type, publicKey)) refuse('malformed', 'the id of the signer key does not fit it');
  return { name, id, type, publicKey, seed: bytes };
}

/** Whether a text may name a key: not empty, without plus signs and Unicode spaces. */
export const isKeyName = (name: string): boolean =>
  name !== '' && name.isWellFormed() && !/[\p{White_Space}\p{Cc}+]/u.test(name);

function requireName(name: string): void {
  if (!isKeyName(name)) refuse('malformed', 'the name of a key is empty or holds a space or plus sign');
}

function parseKey(text: string): {
  readonly name: string;
  readonly id: number;
  readonly type: SignatureType;
  readonly bytes: Uint8Array;
} {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  if (encoded === '') refuse('malformed', 'a key is written <name>+<id>+<base64>');
  requireName(name);
  const bytes = fromBase64(encoded, 'the key');
  const type = typeOf(bytes[0]);
  if (bytes.length !== 1 + KEY_BYTES) refuse('malformed', `an Ed25519 key has ${KEY_BYTES} bytes`);
  return { name, id: Number.parseInt(id, 16), type, bytes: bytes.subarray(1) };
}

function typeOf(byte: number | undefined): SignatureType {
  if (byte === SIGNATURE_TYPES.ed25519) return 'ed25519';
  if (byte === SIGNATURE_TYPES.cosignature) return 'cosignature';
  return refuse('malformed', 'the type of the key is neither Ed25519 nor cosignature/v1');
}

function keyId(name: string, type: SignatureType, publicKey: Uint8Array): number {
  const named = Buffer.from(`${name}\n`);
  return sha256(Buffer.concat([named, Buffer.of(SIGNATURE_TYPES[type]), publicKey])).readUInt32BE(0);
}

const hexOf = (id: number): string => id.toString(16).padStart(8, '0');

const typed = (type: SignatureType, key: Uint8Array): string =>
  toBase64(Buffer.concat([Buffer.of(SIGNATURE_TYPES[type]), key]));

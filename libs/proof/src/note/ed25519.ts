import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** Bytes of an Ed25519 public key, and of the seed that makes a private one. */
export const KEY_BYTES = 32;
/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64;

// node:crypto takes keys only in these wrappings; in both the raw bytes stand last (RFC 8410, sections 4 and 7).
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex');

/** Signs with a private key given as its 32-byte seed (RFC 8032, section 5.1.5). */
export function ed25519Signer(seed: Uint8Array): (message: Uint8Array) => Uint8Array {
  const key = privateKey(seed);
  return (message) => sign(null, message, key);
}

/** Verifies with a raw 32-byte public key (RFC 8032, section 5.1.7); false for anything but a valid signature. */
export function ed25519Verifier(
  publicKey: Uint8Array,
): (message: Uint8Array, signature: Uint8Array) => boolean {
  const key = createPublicKey({ key: Buffer.concat([PUBLIC_DER, publicKey]), format: 'der', type: 'spki' });
  return (message, signature) =>
    signature.length === SIGNATURE_BYTES && verify(null, message, key, signature);
}

/** The raw public key that belongs to a seed. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  const der = createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' });
  return der.subarray(PUBLIC_DER.length);
}

const privateKey = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PRIVATE_DER, seed]), format: 'der', type: 'pkcs8' });

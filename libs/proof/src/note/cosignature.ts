import { refuse } from '../refusal.js';
import { ed25519Signer, ed25519Verifier, SIGNATURE_BYTES } from './ed25519.js';
import { parseSignerKey, parseVerifierKey } from './note-key.js';
import type { NoteSignature, NoteVerifier } from './signed-note.js';

const TIME_BYTES = 8;

/** A witness's private key: signs a checkpoint's text together with a time. */
export interface Cosigner {
  readonly name: string;
  readonly keyId: number;
  /** @param timeSeconds seconds since 1970-01-01T00:00:00Z, an integer */
  cosign(text: string, timeSeconds: number): NoteSignature;
}

/**
 * The cosigner of a signer key of type cosignature.
 *
 * Source: C2SP tlog-cosignature, Ed25519 (`cosignature/v1`).
 * @throws Refusal `malformed` for a key that is damaged or of another type
 * @example cosigner(noteKeyPair('witness.example/w1', randomBytes(32), 'cosignature').signerKey).cosign(text, 1679315147)
 */
export function cosigner(signerKey: string): Cosigner {
  const { name, id, type, seed } = parseSignerKey(signerKey);
  if (type !== 'cosignature') refuse('malformed', 'a key that cosigns has the type cosignature');
  const sign = ed25519Signer(seed);
  return {
    name,
    keyId: id,
    cosign: (text, timeSeconds) => {
      if (!Number.isSafeInteger(timeSeconds) || timeSeconds < 0)
        throw new RangeError('a time is an integer number of seconds since 1970');
      const time = Buffer.alloc(TIME_BYTES);
      time.writeBigUInt64BE(BigInt(timeSeconds));
      return { name, keyId: id, signature: Buffer.concat([time, sign(messageOf(text, timeSeconds))]) };
    },
  };
}

/**
 * The verifier of a witness's key.
 *
 * Source: C2SP tlog-cosignature, Ed25519 (`cosignature/v1`).
 * @throws Refusal `malformed` for a key that is damaged or of another type
 * @example openCheckpoint(bytes, noteVerifier(logKey), [cosignatureVerifier(witnessKey)])
 */
export function cosignatureVerifier(verifierKey: string): NoteVerifier {
  const { name, id, type, publicKey } = parseVerifierKey(verifierKey);
  if (type !== 'cosignature') refuse('malformed', 'a key that cosigns has the type cosignature');
  const verify = ed25519Verifier(publicKey);
  return {
    name,
    keyId: id,
    verifies: (text, signature) => {
      const timeSeconds = timeOf(signature);
      return (
        timeSeconds !== undefined && verify(messageOf(text, timeSeconds), signature.subarray(TIME_BYTES))
      );
    },
  };
}

/**
 * When a cosignature says it was made, in seconds since 1970: worth what its verification is worth.
 * @throws Refusal `malformed` when it is none
 * @example cosignatureTimeSeconds(verified) // 1679315147
 */
export const cosignatureTimeSeconds = ({ signature }: NoteSignature): number =>
  timeOf(signature) ?? refuse('malformed', 'the signature is no cosignature');

function timeOf(signature: Uint8Array): number | undefined {
  if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
  const time = Number(Buffer.from(signature.subarray(0, TIME_BYTES)).readBigUInt64BE());
  return Number.isSafeInteger(time) ? time : undefined;
}

const messageOf = (text: string, timeSeconds: number): Uint8Array =>
  Buffer.from(`cosignature/v1\ntime ${timeSeconds}\n${text}`);

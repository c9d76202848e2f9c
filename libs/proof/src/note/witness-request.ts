import { fromBase64, fromDecimal, fromUtf8, toBase64 } from '../bytes.js';
import { refuse } from '../refusal.js';
import { NOTE_BYTES_MAX } from './signed-note.js';
import type { WitnessRequest } from './witness.js';

const PROOF_HASHES_MAX = 63;

/**
 * The body of a request to cosign.
 *
 * Source: C2SP tlog-witness, add-checkpoint.
 * @example formatWitnessRequest({ oldSize: 0, proof: [], checkpoint })
 */
export function formatWitnessRequest({ oldSize, proof, checkpoint }: WitnessRequest): Uint8Array {
  const lines = [`old ${oldSize}`, ...proof.map(toBase64), ''];
  return Buffer.concat([Buffer.from(lines.map((line) => `${line}\n`).join('')), checkpoint]);
}

/**
 * Reads the body of a request to cosign strictly.
 *
 * Source: C2SP tlog-witness, add-checkpoint.
 * @throws Refusal `malformed` or `too-large`
 */
export function parseWitnessRequest(bytes: Uint8Array): WitnessRequest {
  if (bytes.length > NOTE_BYTES_MAX) refuse('too-large', `a request has at most ${NOTE_BYTES_MAX} bytes`);
  const text = fromUtf8(bytes, 'the request');
  const end = text.indexOf('\n\n');
  if (end < 0) refuse('malformed', 'no blank line parts the proof from its checkpoint');
  const [old = '', ...lines] = text.slice(0, end).split('\n');
  if (!old.startsWith('old ')) refuse('malformed', 'a request starts with the old size');
  if (lines.length > PROOF_HASHES_MAX) refuse('too-large', `a proof has at most ${PROOF_HASHES_MAX} hashes`);
  return {
    oldSize: fromDecimal(old.slice('old '.length), 'the old size'),
    proof: lines.map((line) => fromBase64(line, 'a hash')),
    checkpoint: Buffer.from(text.slice(end + 2)),
  };
}

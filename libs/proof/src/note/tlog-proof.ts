import { fromBase64, fromDecimal, fromUtf8, toBase64 } from '../bytes.js';
import { refuse } from '../refusal.js';
import { HASH_BYTES, leafHash } from '../tree/hash.js';
import { verifyInclusion } from '../tree/inclusion.js';
import { openWitnessedCheckpoint, type Policy, type WitnessedCheckpoint } from './policy.js';
import { NOTE_BYTES_MAX } from './signed-note.js';

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^53 leaves needs no more. */
const PROOF_HASHES_MAX = 63;

/** A receipt taken apart: nothing of it is verified. */
export interface TlogProof {
  readonly index: number;
  /** Inclusion proof, from the leaf's sibling up. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, byte for byte. */
  readonly checkpoint: Uint8Array;
  /** Whatever the application adds; nothing vouches for it. */
  readonly extra?: Uint8Array;
}

/** What a receipt proves: these leaf bytes are at `index` of the log of this checkpoint. */
export interface ProvenLeaf extends WitnessedCheckpoint {
  readonly index: number;
}

/**
 * Writes a receipt (`.tlog-proof`).
 *
 * Source: C2SP tlog-proof.
 * @example formatTlogProof({ index: 4, proof: planInclusion(4, size).assemble(hashes), checkpoint })
 */
export function formatTlogProof({ index, proof, checkpoint, extra }: TlogProof): Uint8Array {
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...proof.map(toBase64),
    '',
  ];
  return Buffer.concat([Buffer.from(lines.map((line) => `${line}\n`).join('')), checkpoint]);
}

/**
 * Takes a receipt apart strictly.
 *
 * Source: C2SP tlog-proof.
 * @throws Refusal `malformed` or `too-large`
 */
export function parseTlogProof(bytes: Uint8Array): TlogProof {
  if (bytes.length > NOTE_BYTES_MAX) refuse('too-large', `a receipt has at most ${NOTE_BYTES_MAX} bytes`);
  const text = fromUtf8(bytes, 'the receipt');
  const end = text.indexOf('\n\n');
  if (end < 0) refuse('malformed', 'no blank line parts the proof from its checkpoint');
  const [header, ...lines] = text.slice(0, end).split('\n');
  if (header !== HEADER) refuse('malformed', `a receipt starts with ${HEADER}`);
  const extra = lines[0]?.startsWith('extra ') === true ? lines.shift()?.slice('extra '.length) : undefined;
  const index = lines.shift() ?? '';
  if (!index.startsWith('index ')) refuse('malformed', 'a receipt states the index of its leaf');
  if (lines.length > PROOF_HASHES_MAX) refuse('too-large', `a proof has at most ${PROOF_HASHES_MAX} hashes`);
  return {
    index: fromDecimal(index.slice('index '.length), 'the index'),
    proof: lines.map(hashOf),
    checkpoint: Buffer.from(text.slice(end + 2)),
    ...(extra === undefined ? {} : { extra: fromBase64(extra, 'the extra data') }),
  };
}

/**
 * Verifies a receipt for exactly these leaf bytes, offline, by keys that are known from elsewhere.
 *
 * Source: C2SP tlog-proof, tlog-policy; RFC 6962.
 * @throws Refusal, its code saying what is wrong
 * @example verifyTlogProof(receipt, leafBytes, logPolicy(verifierKey)).checkpoint.size
 */
export function verifyTlogProof(receipt: Uint8Array, leaf: Uint8Array, policy: Policy): ProvenLeaf {
  const { index, proof, checkpoint } = parseTlogProof(receipt);
  const opened = openWitnessedCheckpoint(checkpoint, policy);
  const { size, root } = opened.checkpoint;
  verifyInclusion({ index, size, leaf: leafHash(leaf), proof }, root);
  return { ...opened, index };
}

function hashOf(line: string): Uint8Array {
  const bytes = fromBase64(line, 'a hash');
  if (bytes.length !== HASH_BYTES) refuse('malformed', `a hash has not ${HASH_BYTES} bytes`);
  return bytes;
}

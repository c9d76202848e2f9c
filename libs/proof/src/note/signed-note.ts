import { fromBase64, fromUtf8, toBase64 } from '../bytes.js';
import { refuse } from '../refusal.js';
import { ed25519Signer, ed25519Verifier } from './ed25519.js';
import { isKeyName, parseSignerKey, parseVerifierKey } from './note-key.js';

/** Longest note that is read. */
export const NOTE_BYTES_MAX = 1_000_000;
/** Most signatures a note may have. */
export const NOTE_SIGNATURES_MAX = 100;

/** One signature line of a note. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  /** What the key made, without the key id. */
  readonly signature: Uint8Array;
}

/** A note taken apart, nothing of it verified: its text says nothing yet. */
export interface ParsedNote {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A known public key that can tell its own signatures. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: number;
  verifies(text: string, signature: Uint8Array): boolean;
}

/** A private key that can sign a text. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  sign(text: string): Uint8Array;
}

/** A note that at least one known key has signed. */
export interface OpenedNote {
  readonly text: string;
  /** Signatures of known keys, all valid. */
  readonly verified: readonly NoteSignature[];
}

/**
 * The verifier of an Ed25519 verifier key.
 * @throws Refusal `malformed` for a key that is damaged or of another type
 * @example noteVerifier('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx')
 */
export function noteVerifier(verifierKey: string): NoteVerifier {
  const { name, id, type, publicKey } = parseVerifierKey(verifierKey);
  if (type !== 'ed25519') refuse('malformed', 'a key that signs notes has the type Ed25519');
  const verify = ed25519Verifier(publicKey);
  return { name, keyId: id, verifies: (text, signature) => verify(Buffer.from(text), signature) };
}

/**
 * The signer of an Ed25519 signer key.
 * @throws Refusal `malformed` for a key that is damaged or of another type
 * @example noteSigner(noteKeyPair('example.com/acme', randomBytes(32)).signerKey)
 */
export function noteSigner(signerKey: string): NoteSigner {
  const { name, id, type, seed } = parseSignerKey(signerKey);
  if (type !== 'ed25519') refuse('malformed', 'a key that signs notes has the type Ed25519');
  const sign = ed25519Signer(seed);
  return { name, keyId: id, sign: (text) => sign(Buffer.from(text)) };
}

/**
 * Signs a text.
 *
 * Source: C2SP signed-note.
 * @param text ends with a newline; no control characters but newlines
 * @example signNote('we agreed on 42\n', [noteSigner(signerKey)])
 */
export function signNote(text: string, signers: readonly NoteSigner[]): Uint8Array {
  if (signers.length === 0) throw new RangeError('a note needs a signature');
  return formatNote({
    text,
    signatures: signers.map((signer) => ({
      name: signer.name,
      keyId: signer.keyId,
      signature: signer.sign(text),
    })),
  });
}

/**
 * Writes a note with the signatures it has, for one that collects more of them.
 * @throws Refusal `malformed` when the text cannot be that of a note
 */
export function formatNote({ text, signatures }: ParsedNote): Uint8Array {
  requireText(text);
  return Buffer.from(`${text}\n${signatures.map(formatSignature).join('')}`);
}

/** One signature line, newline included: what a witness answers. @example formatSignature(signature) // '— name base64\n' */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(keyId);
  return `— ${name} ${toBase64(Buffer.concat([id, signature]))}\n`;
}

/**
 * Takes a note apart strictly, without verifying a signature.
 *
 * Source: C2SP signed-note; base64 with stray bits, which Go's reader lets pass, is refused.
 * @throws Refusal `malformed` or `too-large`
 */
export function parseNote(bytes: Uint8Array): ParsedNote {
  if (bytes.length > NOTE_BYTES_MAX) refuse('too-large', `a note has at most ${NOTE_BYTES_MAX} bytes`);
  const note = fromUtf8(bytes, 'the note');
  const end = note.lastIndexOf('\n\n');
  if (end < 0) refuse('malformed', 'no blank line parts the text from its signatures');
  const text = note.slice(0, end + 1);
  requireText(text);
  return { text, signatures: parseSignatures(note.slice(end + 2)) };
}

/** Reads signature lines, each ended by a newline, at least one. @throws Refusal `malformed` or `too-large` */
export function parseSignatures(lines: string): readonly NoteSignature[] {
  if (!lines.endsWith('\n')) refuse('malformed', 'the signatures do not end with a newline');
  const all = lines.slice(0, -1).split('\n');
  if (all.length > NOTE_SIGNATURES_MAX)
    refuse('too-large', `a note has at most ${NOTE_SIGNATURES_MAX} signatures`);
  return all.map(parseSignature);
}

/**
 * Verifies a note: every signature by a known key must be valid and at least one must be there. Signatures of unknown
 * keys are passed over.
 *
 * Source: C2SP signed-note.
 * @throws Refusal `bad-signature`, `unknown-key`, or as {@link parseNote}
 * @example openNote(bytes, [noteVerifier(verifierKey)]).text
 */
export function openNote(bytes: Uint8Array, known: readonly NoteVerifier[]): OpenedNote {
  const { text, signatures } = parseNote(bytes);
  const verified = signatures.filter((one) => {
    const verifier = known.find(({ name, keyId }) => name === one.name && keyId === one.keyId);
    if (verifier !== undefined && !verifier.verifies(text, one.signature))
      refuse('bad-signature', `the signature of ${one.name} does not fit the note`);
    return verifier !== undefined;
  });
  if (verified.length === 0) refuse('unknown-key', 'no known key has signed the note');
  return { text, verified };
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  if (!isKeyName(name)) refuse('malformed', 'a signature line is not as signed notes have it');
  const bytes = Buffer.from(fromBase64(encoded, 'a signature'));
  if (bytes.length <= 4) refuse('malformed', 'a signature is empty');
  return { name, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(4) };
}

function requireText(text: string): void {
  if (!text.endsWith('\n')) refuse('malformed', 'the text of a note ends with a newline');
  if (/[\0-\t\v-\x1f]/.test(text) || !text.isWellFormed())
    refuse('malformed', 'the text of a note holds a control character or a lone surrogate');
}

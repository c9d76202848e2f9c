import { equalBytes, fromBase64, fromDecimal, toBase64 } from '../bytes.js';
import { refuse } from '../refusal.js';
import type { TreeHead } from '../tree/consistency.js';
import { EMPTY_ROOT, HASH_BYTES } from '../tree/hash.js';
import { openNote, signNote, type NoteSignature, type NoteSigner, type NoteVerifier } from './signed-note.js';

/** A head of a log that can be signed. */
export interface Checkpoint extends TreeHead {
  /** Which log: `<host>/<tenant>`. */
  readonly origin: string;
  /** Further lines that the log signs; no verifier of trees looks at them. */
  readonly extensions?: readonly string[];
}

/** A checkpoint whose log has signed it. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** The signed text. */
  readonly text: string;
  /** The log's signature and those of the other known keys, all valid. */
  readonly verified: readonly NoteSignature[];
}

/**
 * The text of a checkpoint.
 *
 * Source: C2SP tlog-checkpoint.
 * @example formatCheckpoint({ origin: 'example.com/acme', size: 0, root: EMPTY_ROOT })
 */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  const text = [origin, String(size), toBase64(root), ...extensions].map((line) => `${line}\n`).join('');
  parseCheckpoint(text);
  return text;
}

/**
 * Reads the text of a checkpoint strictly. It proves nothing until a signature is verified: {@link openCheckpoint}.
 *
 * Source: C2SP tlog-checkpoint.
 * @throws Refusal `malformed`, or `too-large` for a size beyond 2^53 - 1
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.pop() !== '') refuse('malformed', 'the checkpoint does not end with a newline');
  if (lines.includes('')) refuse('malformed', 'the checkpoint has an empty line');
  const [origin, size, encoded, ...extensions] = lines;
  if (origin === undefined || size === undefined || encoded === undefined)
    return refuse('malformed', 'a checkpoint has an origin, a size and a root');
  const root = fromBase64(encoded, 'the root');
  if (root.length !== HASH_BYTES) refuse('malformed', `the root has not ${HASH_BYTES} bytes`);
  const head = { origin, size: fromDecimal(size, 'the size'), root };
  if (head.size === 0 && !equalBytes(root, EMPTY_ROOT))
    refuse('malformed', 'the root of an empty log is that of nothing');
  return extensions.length === 0 ? head : { ...head, extensions };
}

/**
 * Signs a checkpoint. The name of the log's key is its origin.
 * @example signCheckpoint({ origin: 'example.com/acme', size, root }, noteSigner(signerKey))
 */
export function signCheckpoint(checkpoint: Checkpoint, log: NoteSigner): Uint8Array {
  if (log.name !== checkpoint.origin) throw new RangeError('a log signs under its origin');
  return signNote(formatCheckpoint(checkpoint), [log]);
}

/**
 * Verifies a checkpoint: signed by the log, whose key has the origin as its name.
 *
 * Source: C2SP tlog-checkpoint inside C2SP signed-note.
 * @param others keys whose signatures are reported when they are there, and refused when they are wrong
 * @throws Refusal as `openNote` and `parseCheckpoint`, and `wrong-origin` when the log signed for another one
 * @example openCheckpoint(bytes, noteVerifier(verifierKey)).checkpoint.size
 */
export function openCheckpoint(
  bytes: Uint8Array,
  log: NoteVerifier,
  others: readonly NoteVerifier[] = [],
): OpenedCheckpoint {
  const { text, verified } = openNote(bytes, [log, ...others]);
  if (!verified.some(({ name, keyId }) => name === log.name && keyId === log.keyId))
    refuse('unknown-key', 'the log has not signed the checkpoint');
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== log.name) refuse('wrong-origin', 'the checkpoint is of another log');
  return { checkpoint, text, verified };
}

/**
 * Whose log it is: the origin without its host.
 * @example tenantOf({ origin: 'rapport.local/acme' }) // 'acme'
 */
export const tenantOf = ({ origin }: Pick<Checkpoint, 'origin'>): string =>
  origin.slice(origin.indexOf('/') + 1);

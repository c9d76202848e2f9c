import { equalBytes } from '../bytes.js';
import { Refusal, type RefusalCode } from '../refusal.js';
import { verifyConsistency, type TreeHead } from '../tree/consistency.js';
import { openCheckpoint, type OpenedCheckpoint } from './checkpoint.js';
import type { NoteVerifier } from './signed-note.js';

/** What a log asks of a witness: to cosign `checkpoint`, which extends the head of `oldSize`. */
export interface WitnessRequest {
  /** Size that the log believes the witness has seen last; 0 for none. */
  readonly oldSize: number;
  /** Consistency proof from `oldSize` to the checkpoint; empty when `oldSize` is 0. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint. */
  readonly checkpoint: Uint8Array;
}

/**
 * What a witness decides. `cosign`: keep `next` durably, then sign `text`. `conflict`: the log must start from
 * `knownSize`. `fork`: proof of misbehaviour, worth keeping: two signed heads that cannot both be of one log that only
 * grows. `refused`: anything else, nothing to be learned from it.
 */
export type WitnessDecision =
  | { readonly kind: 'cosign'; readonly next: TreeHead; readonly text: string }
  | { readonly kind: 'conflict'; readonly knownSize: number }
  | { readonly kind: 'fork'; readonly message: string }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string };

/**
 * Decides about a checkpoint: cosign only what the log signed and what extends everything cosigned before. Whoever calls
 * it must read `known` and write `next` in one atomic step, or two requests at once roll the log back.
 *
 * Source: C2SP tlog-witness, add-checkpoint.
 * @param known the head cosigned last for this log; undefined when there was none
 * @example decideCosigning(known, request, noteVerifier(logKey)).kind // 'cosign'
 */
export function decideCosigning(
  known: TreeHead | undefined,
  request: WitnessRequest,
  log: NoteVerifier,
): WitnessDecision {
  let opened: OpenedCheckpoint;
  try {
    opened = openCheckpoint(request.checkpoint, log);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', code: error.code, message: error.message };
    throw error;
  }
  const { size, root } = opened.checkpoint;
  const { oldSize, proof } = request;
  if (oldSize > size)
    return { kind: 'refused', code: 'out-of-range', message: 'the checkpoint is older than stated' };
  const knownSize = known?.size ?? 0;
  if (oldSize !== knownSize) return { kind: 'conflict', knownSize };
  const cosign = { kind: 'cosign', next: { size, root }, text: opened.text } as const;
  if (known === undefined || known.size === 0) {
    if (proof.length === 0) return cosign;
    return { kind: 'refused', code: 'bad-proof', message: 'growth from the empty tree needs no proof' };
  }
  if (size === known.size && !equalBytes(root, known.root))
    return { kind: 'fork', message: `two signed roots of size ${size}` };
  try {
    verifyConsistency(known, { size, root }, proof);
  } catch (error) {
    // A bad proof alone accuses nobody: anyone can send one beside a genuine checkpoint.
    if (error instanceof Refusal) return { kind: 'refused', code: error.code, message: error.message };
    throw error;
  }
  return cosign;
}

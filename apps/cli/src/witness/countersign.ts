import {
  decideCosigning,
  formatNote,
  openCheckpoint,
  type Cosigner,
  type NoteSignature,
  type WitnessDecision,
  type WitnessRequest,
} from '@rapport/proof';
import type { HeadStore } from './head-store.js';

/** What came of a request: `cosigned`, or what was decided instead; a fork with the folder of its evidence. */
export type Countersigned =
  | {
      readonly kind: 'cosigned';
      readonly size: number;
      /** Entries that the head has more than the one countersigned before. */
      readonly grownBy: number;
      /** The checkpoint with the signatures of log and witness. */
      readonly checkpoint: Uint8Array;
      readonly cosignature: NoteSignature;
    }
  | { readonly kind: 'fork'; readonly message: string; readonly evidence: string }
  | Exclude<WitnessDecision, { readonly kind: 'cosign' | 'fork' }>;

/**
 * Decides on a checkpoint, keeps the new head durably, and only then signs: a witness that is killed between has signed
 * nothing that it will not remember. Nothing is waited for in between, so within a process no other request comes between;
 * another process that does is noticed by the store.
 * @param timeSeconds seconds since 1970
 */
export function countersign(
  store: HeadStore,
  request: WitnessRequest,
  witness: Cosigner,
  timeSeconds: number,
): Countersigned {
  for (;;) {
    const known = store.latest();
    const decision = decideCosigning(known?.head, request, store.log);
    if (decision.kind === 'fork') {
      const { message } = decision;
      const files = {
        'known.checkpoint': known?.checkpoint ?? new Uint8Array(0),
        'offered.checkpoint': request.checkpoint,
      };
      return { kind: 'fork', message, evidence: store.keepEvidence(request.checkpoint, files) };
    }
    if (decision.kind !== 'cosign') return decision;
    const { text, next } = decision;
    const isNew = known === undefined || known.head.size !== next.size;
    if (isNew && !store.keep(known?.number ?? 0, request.checkpoint)) continue;
    const cosignature = witness.cosign(text, timeSeconds);
    const { verified } = openCheckpoint(request.checkpoint, store.log);
    const checkpoint = formatNote({ text, signatures: [...verified, cosignature] });
    store.publish(checkpoint);
    const grownBy = next.size - (known?.head.size ?? 0);
    return { kind: 'cosigned', size: next.size, grownBy, checkpoint, cosignature };
  }
}

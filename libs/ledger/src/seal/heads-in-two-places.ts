import { noteVerifier, openCheckpoint, Refusal } from '@rapport/proof';
import type { SignedHeads } from '../ports/index.js';

/** Where the heads of a log are kept. */
export interface HeadsInTwoPlaces {
  /** Apart from the data: what the signer itself remembers. */
  readonly memory: SignedHeads;
  /** Where every other process reads them. */
  readonly published: SignedHeads;
  readonly verifierKey: string;
}

/**
 * The signed heads of a log that one process signs and many read. The one that covers more is the last: a signer whose
 * memory is behind, since another process has signed meanwhile, goes on from what that one published. What is published
 * and not signed with the log's key is not passed over in silence: it is given back, for the signer to refuse.
 * @example new CheckpointSigner({ log, keys, heads: headsInTwoPlaces({ memory: signedHeadsIn(folder), published, verifierKey }) })
 */
export function headsInTwoPlaces({ memory, published, verifierKey }: HeadsInTwoPlaces): SignedHeads {
  const verifier = noteVerifier(verifierKey);
  const sizeOf = (checkpoint: Uint8Array): number => {
    try {
      return openCheckpoint(checkpoint, verifier).checkpoint.size;
    } catch (error) {
      if (error instanceof Refusal) return Infinity;
      throw error;
    }
  };
  return {
    async last() {
      const [own, others] = await Promise.all([memory.last(), published.last()]);
      if (own === undefined || others === undefined) return own ?? others;
      return sizeOf(others) > sizeOf(own) ? others : own;
    },
    async keep(checkpoint) {
      await memory.keep(checkpoint);
      await published.keep(checkpoint);
    },
  };
}

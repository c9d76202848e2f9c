import type { EventToSeal, SealerSource } from '@rapport/ledger';
import { leafHash, planRoot, TreeBuilder } from '@rapport/proof';

/**
 * Seals events of any body, as stores must: bodies are opaque to them. The tree is the real one; a leaf is simply all that
 * the sealer is given, so that a store which gives anything else gets another tree.
 */
export const plainSealer: SealerSource = {
  // Threads load what is compiled, which `npm test` has made ready.
  module: import.meta.url.replace('/src/', '/dist/').replace(/\.ts$/, '.js'),
  name: 'plainSealer',
  of: (tenant) => ({
    edgeOf: (size) => planRoot(size).nodes,
    resume: (size, hashes) => {
      const tree = new TreeBuilder({ size, hashes });
      return {
        seal: (event, salt, previous) =>
          Buffer.concat(tree.append(plainLeafHash(tenant, event, salt, previous))),
      };
    },
  }),
};

/** The hash of the leaf that {@link plainSealer} gives an event. */
export const plainLeafHash = (
  tenant: string,
  { id, type, body, recordedAtMs, stream, revision }: EventToSeal,
  salt: Uint8Array,
  previous: Uint8Array | null,
): Uint8Array =>
  leafHash(
    Buffer.from(
      JSON.stringify([
        tenant,
        id,
        type,
        body,
        recordedAtMs,
        stream,
        revision,
        hex(salt),
        previous && hex(previous),
      ]),
    ),
  );

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

import type { SealerSource } from '@rapport/ledger';

const NO_LEAF = new Uint8Array(32);

/** Gives every event the same leaf: what recording costs without sealing, everything else being the same. */
export const unsealed: SealerSource = {
  module: import.meta.url,
  name: 'unsealed',
  of: () => ({ edgeOf: () => [], resume: () => ({ seal: () => NO_LEAF }) }),
};

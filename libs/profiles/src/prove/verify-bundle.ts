import { checkBundle, type BundleProgress, type CheckedBundle } from '@rapport/ledger';
import { answering } from './answering.js';

/**
 * Checks a bundle offline, with this Rapport's own kinds and views, from nothing but its bytes.
 * @param policy which log is believed, and which witnesses must have cosigned (`logPolicy`, `parsePolicy`)
 * @throws RapportError `BUNDLE_REFUSED` with the first check that failed
 * @example await verifyBundle(createReadStream('loyalty.bundle'), logPolicy(verifierKey))
 */
export const verifyBundle = (
  chunks: AsyncIterable<Uint8Array>,
  policy: Parameters<typeof checkBundle>[1],
  progress?: BundleProgress,
): Promise<CheckedBundle> => checkBundle(chunks, policy, answering(), progress);

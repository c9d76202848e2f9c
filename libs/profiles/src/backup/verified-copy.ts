import { RapportError } from '@rapport/kernel';
import { verifyStore } from '../verify-store.js';
import type { BackedUpTenant } from './manifest.js';

/** Is told how far a copy has come. @param what a tenant, or a file @param done bytes, or events where they are verified */
export type CopyProgress = (
  stage: 'copy' | 'verify' | 'hash',
  what: string,
  done: number,
  total: number,
) => void;

/**
 * Reads a copied ledger whole: every event against its leaf, the leaves against the tree, the tree against the signed head
 * in the folder of secrets that was copied with it, if any.
 * @throws RapportError `STORE_CORRUPT` when it is not what was sealed and signed
 */
export async function verifiedCopy(options: {
  readonly dataDir: string;
  /** Secrets with the signed head that the copy must extend; none where that cannot be asked of it. */
  readonly keysDir: string | undefined;
  readonly tenant: string;
  readonly onProgress?: CopyProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}): Promise<BackedUpTenant> {
  const { dataDir, keysDir, tenant, onProgress, signal } = options;
  const { events, fileProblems, head } = await verifyStore({
    dataDir,
    ...(keysDir === undefined ? {} : { keysDir }),
    tenant,
    onProgress: (_what, done, total) => onProgress?.('verify', tenant, done, total),
    ...(signal === undefined ? {} : { signal }),
  });
  signal?.throwIfAborted();
  const problem = events.damages[0]?.message ?? fileProblems[0];
  if (problem !== undefined || events.root === undefined)
    throw new RapportError(
      'STORE_CORRUPT',
      `The copy of ${tenant} in ${dataDir} is not what was sealed: ${problem ?? 'it has no root'} Run \`rapport verify --store --tenant ${tenant}\` on the original.`,
    );
  return {
    tenant,
    events: events.events,
    root: Buffer.from(events.root).toString('base64'),
    ...(head === undefined ? {} : { signed: head.size }),
  };
}

import { RapportError } from '@rapport/kernel';
import type { Invocation } from '../invocation.js';

/** What a command is told of where the ledger is and how it may be used. */
export type Opening = Pick<Invocation, 'dataDir' | 'keysDir' | 'environment'>;

const APPROVALS = new Map([
  ['', false],
  ['none', false],
  ['required', true],
]);

/** The options with which every command opens the data folder. @throws RapportError `INVALID_CONFIGURATION` */
export function openingOf({ dataDir, keysDir, environment }: Opening): {
  readonly dataDir: string;
  readonly keysDir?: string;
  readonly erasureApproval: boolean;
} {
  const erasureApproval = APPROVALS.get(environment['RAPPORT_ERASURE_APPROVAL'] ?? '');
  if (erasureApproval === undefined)
    throw new RapportError(
      'INVALID_CONFIGURATION',
      'RAPPORT_ERASURE_APPROVAL says whether a second person has to approve an erasure: set it to "required" or "none".',
    );
  return { dataDir, ...(keysDir === undefined ? {} : { keysDir }), erasureApproval };
}

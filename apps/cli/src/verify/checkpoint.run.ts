import { checkGrowth } from '@rapport/proof';
import type { ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { proofFiles } from './proof-files.js';
import { report } from './report.js';
import { trustOf, type TrustGiven } from './trust-options.js';

interface CheckpointOptions extends TrustGiven {
  readonly log?: string;
  readonly proof?: string;
}

/** `rapport verify checkpoint` */
export const runVerifyCheckpoint = (
  invocation: Invocation,
  { log, proof, ...trust }: CheckpointOptions,
  older: string,
  newer: string,
): Promise<ExitCode> =>
  report(invocation, () =>
    checkGrowth(proofFiles(invocation.signal), {
      older,
      newer,
      ...(log === undefined ? {} : { log }),
      ...(proof === undefined ? {} : { proof }),
      ...trustOf(trust),
    }),
  );

import { checkReceipt } from '@rapport/proof';
import type { ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { proofFiles } from './proof-files.js';
import { report } from './report.js';
import { trustOf, type TrustGiven } from './trust-options.js';

interface ReceiptOptions extends TrustGiven {
  readonly leaf?: string;
}

/** `rapport verify receipt` */
export const runVerifyReceipt = (
  invocation: Invocation,
  options: ReceiptOptions,
  receipt: string,
): Promise<ExitCode> =>
  report(invocation, () =>
    checkReceipt(proofFiles(invocation.signal), {
      receipt,
      ...(options.leaf === undefined ? {} : { leaf: options.leaf }),
      ...trustOf(options),
    }),
  );

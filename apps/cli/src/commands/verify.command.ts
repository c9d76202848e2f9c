import type { Command } from 'commander';
import { addVerifyCheckpoint } from '../verify/checkpoint.command.js';
import { addVerifyLog } from '../verify/log.command.js';
import { addVerifyReceipt } from '../verify/receipt.command.js';

/** One file and one line for each thing that can be verified. */
export function addVerify(program: Command): Command {
  const verifying = program
    .command('verify')
    .summary('Check receipts, logs and checkpoints with nothing but files and a public key')
    .description(
      'Check what a ledger gave away, with nothing but files and a public key: no ledger and no server is asked. Ends with 0 when it is proven, with 5 when it is refused.',
    );
  for (const add of [addVerifyReceipt, addVerifyLog, addVerifyCheckpoint]) add(verifying);
  return verifying;
}

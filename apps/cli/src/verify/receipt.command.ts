import type { Command } from 'commander';
import { addCommand, runsAnywhere } from '../command.js';
import { addTrustOptions } from './trust-options.js';

export function addVerifyReceipt(verifying: Command): Command {
  const command = addCommand(verifying, 'receipt <file>', {
    summary: 'Check that an event is in the log',
    details:
      'The file is a receipt (C2SP tlog-proof). The exact bytes of its leaf lie beside it: those of sale.tlog-proof in sale.leaf. Asked with a policy, the witnesses that it names must have cosigned.',
    examples: [
      ['rapport verify receipt sale.tlog-proof --key log.pub', 'with the verifier key of the log'],
      ['rapport verify receipt sale.tlog-proof --policy policy.txt', 'with witnesses'],
      [
        'rapport verify receipt sale.tlog-proof --policy policy.txt --cosigned-since 2026-01-01',
        'cosigned lately enough',
      ],
    ],
  }).option('--leaf <file>', 'the exact bytes of the leaf (default: beside the receipt)');
  return runsAnywhere(
    addTrustOptions(command),
    async () => (await import('./receipt.run.js')).runVerifyReceipt,
  );
}

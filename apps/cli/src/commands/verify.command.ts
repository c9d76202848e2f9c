import type { Command } from 'commander';
import type { StoreOptions } from '../verify/store.run.js';
import { addCommand, runs } from '../command.js';
import { addVerifyBundle } from '../verify/bundle.command.js';
import { addVerifyCheckpoint } from '../verify/checkpoint.command.js';
import { addVerifyLog } from '../verify/log.command.js';
import { addVerifyReceipt } from '../verify/receipt.command.js';

/** One file and one line for each thing that can be verified; a whole data folder is verified by the group itself. */
export function addVerify(program: Command): Command {
  const verifying = addCommand(program, 'verify', {
    summary: 'Check receipts, logs and checkpoints with nothing but files and a public key, or a data folder',
    details:
      'What a ledger gave away is checked with nothing but files and a public key: no ledger and no server is asked. With --store a data folder is verified as a whole: the file, every event against its leaf, the leaves against the tree, the tree against the signed head, and the views against a replay. Ends with 0 when it is proven, with 5 when it is refused.',
    examples: [
      ['rapport verify --store', 'everything that the data folder holds of the tenant'],
      ['rapport verify --store --checkpoint march.checkpoint', 'against a head that you kept'],
      ['rapport verify receipt sale.tlog-proof --key log.pub', 'one event'],
    ],
  })
    .option('--store', 'verify the data folder')
    .option('--key <key>', 'with --store: the verifier key that must have signed, or a file that holds it')
    .option(
      '--checkpoint <file>',
      'with --store: a signed head that you kept, instead of that of the key folder',
    )
    .option('--all', 'with --store: tell every damage, not only the first');
  for (const add of [addVerifyReceipt, addVerifyLog, addVerifyCheckpoint, addVerifyBundle]) add(verifying);
  return runs<StoreOptions>(verifying, async () => {
    const { nothingToVerify, runVerifyStore } = await import('../verify/store.run.js');
    return (invocation, options) => {
      if (options.store !== true) throw nothingToVerify();
      return runVerifyStore(invocation, options);
    };
  });
}

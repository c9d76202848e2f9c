import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';

export function addReceipt(program: Command): Command {
  const command = addCommand(program, 'receipt <position>', {
    summary: 'Write the receipt of an event: proof that it is in the ledger, checkable offline',
    details:
      'Two files: NAME.tlog-proof, a receipt as C2SP tlog-proof has it, and NAME.leaf, the exact bytes of the leaf it is about. Give both away, with nothing else; whoever checks them needs the verifier key (`rapport log key`) from a source they trust.',
    examples: [
      ['rapport receipt 4711', 'writes event-4711.tlog-proof and event-4711.leaf'],
      ['rapport receipt 4711 --out ./order-17', 'under another name'],
    ],
  }).option('--out <name>', 'where to write, without an ending (default event-<position>)');
  return runs(command, async () => (await import('./receipt.run.js')).runReceipt);
}

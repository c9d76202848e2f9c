import type { Command } from 'commander';
import { addCommand, runsAnywhere } from '../command.js';
import { addTrustOptions } from './trust-options.js';

export function addVerifyLog(verifying: Command): Command {
  const command = addCommand(verifying, 'log <folder-or-url>', {
    summary: 'Check a whole exported log, entry by entry',
    details:
      'Hashes every entry again and compares every tile, the root and the signatures; checks that the revisions of every stream are contiguous, that each leaf names the hash of the one before it, and that times of recording never go back. Names the first entry that is not what it should be. The log is a folder of files as C2SP tlog-tiles lays them out, or the address of a server that has them.',
    examples: [
      ['rapport verify log ./exported --key log.pub', 'a folder'],
      ["rapport verify log 'http://127.0.0.1:7070/v1/log?tenant=main' --key log.pub", 'from a server'],
      ['rapport verify log ./exported --key log.pub --since january.checkpoint', 'and it only grew since'],
    ],
  }).option('--since <checkpoint>', 'file of an older checkpoint, from which the log must only have grown');
  return runsAnywhere(addTrustOptions(command), async () => (await import('./log.run.js')).runVerifyLog);
}

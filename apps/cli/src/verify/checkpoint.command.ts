import type { Command } from 'commander';
import { addCommand, runsAnywhere } from '../command.js';
import { addTrustOptions } from './trust-options.js';

export function addVerifyCheckpoint(verifying: Command): Command {
  const command = addCommand(verifying, 'checkpoint <older> <newer>', {
    summary: 'Check that a log only grew between two checkpoints',
    details:
      'Reads the few tiles that a consistency proof needs, of a log that reaches at least as far as the newer checkpoint, or takes the proof from a file of one base64 hash a line.',
    examples: [
      [
        'rapport verify checkpoint january.checkpoint june.checkpoint --log ./exported --key log.pub',
        'with the tiles of a folder',
      ],
    ],
  })
    .option('--log <folder-or-url>', 'where the tiles of the log are')
    .option('--proof <file>', 'instead of --log: a file with the consistency proof');
  return runsAnywhere(
    addTrustOptions(command),
    async () => (await import('./checkpoint.run.js')).runVerifyCheckpoint,
  );
}

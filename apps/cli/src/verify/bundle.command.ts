import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';

export function addVerifyBundle(verify: Command): Command {
  const command = addCommand(verify, 'bundle <file>', {
    summary: 'Check a bundle: replay its question from its events, bit for bit',
    details:
      'Checks the signed checkpoint, every leaf and event, and that none was left out; then answers the question again from these events with the views of this Rapport. The first check that fails is named.',
    examples: [
      ['rapport verify bundle c-1.bundle --key log.pub', 'with the key of the log, from a file'],
      [
        'rapport verify bundle c-1.bundle --policy policy.txt',
        'signed by a log and its witnesses (C2SP tlog-policy)',
      ],
      ['rapport verify bundle - --key log.pub --json < c-1.bundle', 'what it proves, for programs'],
    ],
  })
    .option('--key <key>', 'verifier key of the log: its text, or a file that holds it')
    .option(
      '--policy <file>',
      'tlog-policy: which logs are believed, and which witnesses must have cosigned',
    );
  return runs(command, async () => (await import('./bundle.run.js')).runVerifyBundle);
}

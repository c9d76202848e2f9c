import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';

export function addRestore(program: Command): Command {
  const command = addCommand(program, 'restore <dir>', {
    summary: 'Make a data folder from a backup',
    details:
      'Checks and verifies the backup, and puts it into the data folder given with --data, which must not exist yet. ' +
      'Secrets that are there already stay as they are: they are newer than any backup. Every erasure that is known of is ' +
      'applied before a key is opened. Views are built when the folder is next opened for writing.',
    examples: [
      [
        'rapport restore /backup/monday --keys-from /vault/monday --data ./restored',
        'both parts of a backup',
      ],
      ['rapport restore /backup/monday --data ./restored --dry-run', 'check a backup, and restore nothing'],
    ],
  })
    .option('--keys-from <dir>', 'folder of keys and secrets of the backup (default: <dir>/.keys)')
    .option('--dry-run', 'check the backup and say what it holds');
  return runs(command, async () => (await import('./restore.run.js')).runRestore);
}

import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';

export function addBackup(program: Command): Command {
  const command = addCommand(program, 'backup <dir>', {
    summary: 'Copy every ledger of the data folder, beside a running server, and verify the copy',
    details:
      'Copies the events of all tenants as they stand at one moment into a folder that does not exist yet, and keys and ' +
      'secrets into another, so that neither tells anything personal without the other. Then every event of the copy is ' +
      'verified against its leaf, the tree and the signed head. Views are not copied: they are computed again. See ' +
      'docs/how-to/back-up-and-restore.md.',
    examples: [
      ['rapport backup /backup/monday --keys-to /vault/monday', 'events and keys in places of their own'],
      ['rapport backup /backup/monday --dry-run', 'say what would be copied'],
    ],
  })
    .option('--keys-to <dir>', 'folder for keys and secrets (default: <dir>/.keys, which is no good place)')
    .option('--dry-run', 'say what would be copied, and copy nothing');
  return runs(command, async () => (await import('./backup.run.js')).runBackup);
}

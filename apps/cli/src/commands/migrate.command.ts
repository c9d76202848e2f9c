import { Option, type Command } from 'commander';
import { addCommand, runs } from '../command.js';

export function addMigrate(program: Command): Command {
  const command = addCommand(program, 'migrate', {
    summary: 'Move a ledger from a data folder to the production profile, or back',
    details:
      'Takes over every event with its id, time, salt and order, the wrapped keys and tombstones of persons, and the keys ' +
      'of the proof log with its last signed head, so that every receipt stays good. The source is only read. Then leaves ' +
      'and views of both are compared, and only then the target is one to be used. Stopped at any point and run again it ' +
      'goes on where it was; run once more it changes nothing. The servers are those of the environment (RAPPORT_EVENTSTOREDB, ' +
      'RAPPORT_MONGODB …), and --keys is their folder of secrets. See docs/how-to/move-to-production.md.',
    examples: [
      ['rapport migrate --to production --data ./data --all --dry-run', 'look whether all could be moved'],
      ['rapport migrate --to production --data ./data --keys /vault', 'move the tenant main'],
      [
        'rapport migrate --to embedded --data ./copy --keys /vault',
        'the same back, as a backup that can be served',
      ],
    ],
  })
    .addOption(
      new Option('--to <profile>', 'where the ledger is moved to')
        .choices(['production', 'embedded'])
        .makeOptionMandatory(),
    )
    .option('--all', 'move every tenant of the source')
    .option('--data-keys <dir>', 'folder of secrets of the data folder (default: <data>/.keys)')
    .option('--dry-run', 'look whether it could be done, and change nothing');
  return runs(command, async () => (await import('./migrate.run.js')).runMigrate);
}

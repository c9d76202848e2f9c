import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';

export function addImport(program: Command): Command {
  const command = addCommand(program, 'import <file>', {
    summary: 'Turn the rows of a file into touchpoints',
    details:
      'A mapping file says how: see docs/how-to/import-your-data.md. Importing a file again, or its rows in another order, ' +
      'records nothing twice. Counts are touchpoints: read = recorded + duplicate + rejected. When a server holds the data ' +
      'folder, the touchpoints go through it.',
    examples: [
      ['rapport import --map examples/maps/cdnow.json CDNOW_master.txt', 'import sales'],
      ['rapport import --map map.json new.csv --dry-run', 'check every row, record nothing'],
      ['rapport import --map map.json new.csv --rejects mend.csv', 'keep rows to mend and import again'],
      ['rapport import --map map.json big.csv --resume', 'go on after an interruption'],
    ],
  })
    .requiredOption('--map <file>', 'mapping file')
    .option('--dry-run', 'check every row and record nothing')
    .option('--rejects <file>', 'write rows that are refused to this file, and why to <file>.reasons.jsonl')
    .option('--resume', 'go on where an interrupted import of this file stopped')
    .option('--errors <count>', 'show at most so many refused rows', '20');
  return runs(command, async () => (await import('./import.run.js')).runImportCommand);
}

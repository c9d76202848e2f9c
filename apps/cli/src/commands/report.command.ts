import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';
import { addBounds, addViewing } from './party-options.js';

export function addReport(program: Command): Command {
  const command = addCommand(program, 'report <party>', {
    summary: 'Report everything recorded about a party: for an auditor to read',
    details:
      'Who, what, when it happened and when the ledger learned it, what was corrected or voided and by whom, what was ' +
      'merged, who looked and what was erased; with the place of every event in the proof log. Personal values never ' +
      'appear. Markdown, or with --json one document of the same content.',
    examples: [
      ['rapport report c-1 --out c-1.md', 'the whole record, to read'],
      [
        'rapport report c-1 --recorded-from 2026-01-01 --recorded-to 2026-03-31',
        'what the ledger learned in a quarter',
      ],
      ['rapport report c-1 --tree-size 1000 --json', 'as of a checkpoint, for a program'],
      ['rapport report c-1 --out c-1.md --receipts receipts', 'with a receipt for each event'],
      ['rapport report c-1 --purpose "yearly review" --actor auditor-1', 'and record who looked'],
    ],
  })
    .option('--from <time>', 'only what happened from this day or time on')
    .option('--to <time>', 'only what happened up to this day or time')
    .option('--recorded-from <time>', 'only what the ledger learned from this day or time on')
    .option('--recorded-to <time>', 'only what the ledger learned up to this day or time')
    .option('--out <file>', 'file to write (default: stdout)')
    .option('--receipts <dir>', 'folder to write a receipt of each event into');
  return runs(addViewing(addBounds(command)), async () => (await import('./report.run.js')).runReport);
}

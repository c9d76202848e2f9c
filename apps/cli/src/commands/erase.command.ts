import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';

export function addErase(program: Command): Command {
  const command = addCommand(program, 'erase <party>', {
    summary: 'Make everything personal about a party unreadable, for good',
    details:
      'Destroys the keys of the party and of every id that was merged into it; nothing brings them back, no backup either. ' +
      'Events, proofs, timelines and numbers stay. Refused while a legal hold stands. Asking again gives the same receipt, ' +
      'and finishes what was cut off. When a server holds the data folder, it erases. With ' +
      '`RAPPORT_ERASURE_APPROVAL=required` a second person has to approve.',
    examples: [
      ['rapport erase c-1 --basis "request of the party" --dry-run', 'say what would be done'],
      ['rapport erase c-1 --basis "request of the party" --requested-on 2026-03-30', 'do it'],
      ['rapport erase c-1 --basis "retention period" --approved-by s-3 --json', 'the receipt as JSON'],
    ],
  })
    .requiredOption('--basis <text>', 'why: a request of the party, a retention period … No personal value')
    .option('--by <id>', 'who erases (default: the user of this machine)')
    .option('--approved-by <id>', 'who approves, where a second person has to')
    .option('--requested-on <day>', 'the day on which the party asked for it, 2026-03-30')
    .option('--dry-run', 'say what would be done, and do nothing');
  return runs(command, async () => (await import('./erase.run.js')).runErase);
}

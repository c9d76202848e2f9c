import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';
import { addKnownAt } from './party-options.js';

export function addLoyalty(program: Command): Command {
  const command = addCommand(program, 'loyalty <party>', {
    summary: 'Show a loyalty score, and why it is what it is',
    examples: [
      ['rapport loyalty c-1', 'the score today'],
      ['rapport loyalty c-1 --why', 'what each touchpoint gives; the parts sum to the score'],
      ['rapport loyalty c-1 --on 2025-12-31 --trend 12', 'the last twelve month ends up to a day'],
      ['rapport loyalty c-1 --rules 1 --against 2', 'two versions of the rules side by side'],
    ],
  })
    .option('--on <day>', 'UTC day at whose end the score stands (default: today)')
    .option('--why', 'open the score to its touchpoints')
    .option('--trend <months>', 'scores at the last month ends')
    .option('--rules <version>', 'version of the scoring rules (default: the newest)')
    .option('--against <version>', 'a second version to compare with');
  return runs(addKnownAt(command), async () => (await import('./loyalty.run.js')).runLoyalty);
}

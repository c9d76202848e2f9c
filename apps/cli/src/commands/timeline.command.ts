import { type Command, Option } from 'commander';
import { addCommand, runs } from '../command.js';
import { addBounds } from './party-options.js';

export function addTimeline(program: Command): Command {
  const command = addCommand(program, 'timeline <party>', {
    summary: 'Show what happened with a party, newest first',
    examples: [
      ['rapport timeline c-1', 'the latest 50 touchpoints'],
      ['rapport timeline c-1 --family complaint --as-of 2026-01-31', 'complaints up to a day'],
      ['rapport timeline c-1 --known-at 2026-01-31', 'as the ledger knew it then'],
      ['rapport timeline o-7 --tree', 'a firm and its people'],
      ['rapport timeline c-1 --episodes', 'case by case'],
    ],
  })
    .option('--family <names>', 'only these families, comma-separated')
    .option('--kind <names>', 'only these kinds, comma-separated')
    .option('--channel <names>', 'only these channels, comma-separated')
    .option('--episode <id>', 'only this case')
    .option('--from <time>', 'from this day or time on')
    .option('--to <time>', 'up to this day or time')
    .option('--text <text>', 'only headlines that contain this')
    .addOption(new Option('--oldest-first', 'in the order in which it happened'))
    .option('--tree', 'with everybody who is part of the party')
    .option('--episodes', 'group by case')
    .option('--limit <count>', 'touchpoints on a page, 1 to 1000', '50')
    .option('--after <cursor>', 'the page after this cursor');
  return runs(addBounds(command), async () => (await import('./timeline.run.js')).runTimeline);
}

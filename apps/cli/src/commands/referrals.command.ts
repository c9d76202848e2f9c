import { type Command, Option } from 'commander';
import { addCommand, runs } from '../command.js';
import { addBounds } from './party-options.js';

export function addReferrals(program: Command): Command {
  const command = addCommand(program, 'referrals [party]', {
    summary: 'Show who introduced whom; without a party the top referrers',
    examples: [
      ['rapport referrals', 'who brings most'],
      ['rapport referrals c-1', 'whom c-1 introduced, generation by generation'],
      ['rapport referrals c-1 --up', 'who introduced c-1'],
      ['rapport referrals c-1 --path c-9', 'the way between two parties'],
      ['rapport referrals c-1 --metrics', 'size, conversions, R, structural virality'],
    ],
  })
    .option('--up', 'towards the one who began')
    .option('--path <party>', 'the way to another party')
    .option('--metrics', 'what the subtree amounts to')
    .option('--depth <count>', 'generations followed', '10')
    .addOption(
      new Option('--by <order>', 'order of the top referrers')
        .choices(['introduced', 'accepted', 'converted'])
        .default('introduced'),
    )
    .option('--limit <count>', 'top referrers listed', '20');
  return runs(addBounds(command), async () => (await import('./referrals.run.js')).runReferrals);
}

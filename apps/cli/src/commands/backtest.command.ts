import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';

export function addBacktest(program: Command): Command {
  const command = addCommand(program, 'backtest', {
    summary: 'Test the loyalty score against what came after',
    details:
      'Cuts history at a day, scores every party that had bought by then, and compares with who bought again within the ' +
      'horizon: area under the ROC curve beside plain baselines, calibration, lift of the top decile.',
    examples: [
      ['rapport backtest --cut 1997-09-30 --horizon 273 --currency USD', 'CDNOW: 39 weeks after the cut'],
      ['rapport backtest --cut 2025-12-31 --rules 2', 'another version of the rules'],
    ],
  })
    .requiredOption('--cut <day>', 'last UTC day that the score may see')
    .option('--horizon <days>', 'days after the cut within which a party has to buy again', '273')
    .option('--currency <code>', 'currency of the monetary baseline (default: the one with the most sales)')
    .option('--rules <version>', 'version of the scoring rules (default: the newest)');
  return runs(command, async () => (await import('./backtest.run.js')).runBacktest);
}

import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';
import { addBounds } from './party-options.js';

export function addReplay(program: Command): Command {
  const command = addCommand(program, 'replay <view> <key>', {
    summary: 'Fold the history of a key again: what was true, what was known',
    details: 'Without bounds it says whether the replay gives the same bytes as the live view.',
    examples: [
      ['rapport replay relationship-360 c-1 --as-of 2026-01-31', 'the relationship on a day'],
      ['rapport replay timeline c-1 --known-at 2026-01-31', 'what we knew on a day'],
      ['rapport replay signals c-1', 'compare with the live document'],
    ],
  });
  return runs(addBounds(command), async () => (await import('./replay.run.js')).runReplay);
}

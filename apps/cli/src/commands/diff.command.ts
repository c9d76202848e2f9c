import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';
import { addTwoBounds } from './party-options.js';

export function addDiff(program: Command): Command {
  const command = addCommand(program, 'diff <party>', {
    summary: 'Show what was learned, corrected or voided between two points of view',
    details:
      'Each side is a pair of bounds: what had happened (as-of) and what was known (known-at). A side without bounds is now.',
    examples: [
      ['rapport diff c-1 --from-known-at 2026-01-31', 'what we have learned since'],
      ['rapport diff c-1 --from-as-of 2025-12-31 --to-as-of 2026-01-31', 'what happened in January'],
    ],
  });
  return runs(addTwoBounds(command), async () => (await import('./diff.run.js')).runDiff);
}

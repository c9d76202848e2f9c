import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';
import { addBounds, addTwoBounds, addViewing } from './party-options.js';

export function addReplay(program: Command): Command {
  const command = addCommand(program, 'replay <view> [key]', {
    summary: 'Fold histories again: what was true, what was known',
    details:
      'Of one key, or of the whole view as one JSON document a line, ordered by key. Without bounds it is what the view ' +
      'reflects now, and one key is compared with the live view to the byte. Two auditors who replay the same view at the ' +
      'same tree size get the same --hash.',
    examples: [
      ['rapport replay relationship-360 c-1 --as-of 2026-01-31', 'the relationship on a day'],
      ['rapport replay timeline c-1 --known-at 2026-01-31', 'what we knew on a day'],
      ['rapport replay signals c-1', 'compare with the live document'],
      ['rapport replay signals --tree-size 1000 --out signals.ndjson', 'the whole view, as of a checkpoint'],
      ['rapport replay timeline --hash', 'its hash, and whether the live view has the same'],
      ['rapport replay diff timeline --from-known-at 2026-01-31', 'what has changed in a view since'],
    ],
  })
    .option('--hash', 'print the SHA-256 of what the view says within the bounds, as `views hash` has it')
    .option('--limit <count>', 'only a page, of 1 to 1000 documents or entries')
    .option('--after <cursor>', 'the page after this cursor')
    .option('--out <file>', 'file to write the whole view to (default: stdout)')
    .enablePositionalOptions();
  runs(addViewing(addBounds(command)), async () => (await import('./replay.run.js')).runReplay);

  const diff = addCommand(command, 'diff <view> [key]', {
    summary: 'Show which documents and entries differ between two bounds, member by member',
    details:
      'A side without bounds is now. Members are JSON pointers into the document, or into the time and entry of an entry; ' +
      'items of arrays are compared by their index.',
    examples: [
      ['rapport replay diff relationship-360 c-1 --from-known-at 2026-01-31', 'one relationship'],
      ['rapport replay diff signals --from-tree-size 1000 --to-tree-size 2000', 'between two checkpoints'],
    ],
  })
    .option('--limit <count>', 'only a page, of 1 to 1000 changes')
    .option('--after <cursor>', 'the page after this cursor')
    .option('--out <file>', 'file to write JSON lines to (default: stdout)');
  runs(addViewing(addTwoBounds(diff)), async () => (await import('./replay-diff.run.js')).runReplayDiff);
  return command;
}

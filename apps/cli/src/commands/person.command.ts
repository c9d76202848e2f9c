import type { Command } from 'commander';
import { addCommand, runs } from '../command.js';

export function addPerson(program: Command): Command {
  const person = program
    .command('person')
    .summary('Answer a person who asks what is held about them')
    .description('Answer a person who asks what is held about them.');
  const exporting = addCommand(person, 'export <party>', {
    summary: 'Write everything held about a person, personal values readable',
    details:
      'One JSON document: every event that concerns the party or an id that was merged into it, with its position. ' +
      'Personal values of others who stand in these events stay sealed.',
    examples: [
      ['rapport person export c-1 --out c-1.json', 'into a file, which only you may read'],
      ['rapport person export c-1 | jq .count', 'to another program'],
    ],
  }).option('--out <file>', 'file to write (default: stdout)');
  runs(exporting, async () => (await import('./person.run.js')).runPersonExport);
  return person;
}

import { type Command, Option } from 'commander';
import { addCommand, runs } from '../command.js';

export function addRecord(program: Command): Command {
  const command = addCommand(program, 'record [file]', {
    summary: 'Record touchpoints: from a file, from stdin, or given by options',
    details:
      'A file holds one CloudEvent, a list of them, or one on each line (NDJSON); `-` is stdin. Recording the same id again ' +
      'answers "duplicate". When a server holds the data folder, the touchpoints go through it.',
    examples: [
      ['rapport record events.jsonl', 'record a file'],
      ['producer | rapport record -', 'record what another program writes'],
      [
        `rapport record --type rapport.inquiry.InquiryReceived.v1 --subject relationship/c-1 --data-json '{"topic":"prices"}'`,
        'record one',
      ],
    ],
  })
    .option('--type <type>', 'kind of the touchpoint, rapport.<family>.<Kind>.v<N>')
    .option('--subject <subject>', 'what it is about, relationship/<party>')
    .option('--data-json <json>', 'its payload as JSON')
    .option('--id <id>', 'its id (default: a random uuid)')
    .option('--source <source>', 'who emits it', 'urn:rapport:cli')
    .option('--time <time>', 'when it happened, RFC 3339 (default: now)')
    .option('--episode <episode>', 'the case it belongs to')
    .option('--channel <channel>', 'how it reached the other side')
    .addOption(new Option('--direction <direction>', 'who went to whom').choices(['inbound', 'outbound']))
    .option('--corrects <id>', 'id of the event that it corrects or voids');
  return runs(command, async () => (await import('./record.run.js')).runRecordCommand);
}

import { type Command, Option } from 'commander';
import { addCommand, runs } from '../command.js';
import { addBounds } from './party-options.js';

export function addExport(program: Command): Command {
  const exporting = program
    .command('export')
    .summary('Write events, documents or the referral forest to a file')
    .description('Write events, documents or the referral forest to a file, or to stdout.');

  const events = addCommand(exporting, 'events', {
    summary: 'Write recorded events, in ledger order',
    details:
      'Personal values are left out unless asked for. `--format cloudevents` gives what `rapport record` takes again.',
    examples: [
      ['rapport export events --out events.ndjson', 'all events, as recorded'],
      ['rapport export events --format csv --types rapport.sale.SaleCompleted.v1', 'sales for a spreadsheet'],
      [
        'rapport export events --format cloudevents --personal | rapport record - --tenant copy',
        'a copy of a ledger',
      ],
    ],
  })
    .addOption(
      new Option('--format <format>', 'how to write them')
        .choices(['ndjson', 'cloudevents', 'csv'])
        .default('ndjson'),
    )
    .option('--types <types>', 'only these kinds, by full type name, comma-separated')
    .option('--after-position <position>', 'only events after this position')
    .option('--personal', 'with personal values (names, contacts, free text)')
    .option('--out <file>', 'file to write (default: stdout)');
  runs(events, async () => (await import('./export.run.js')).runExportEvents);

  const view = addCommand(exporting, 'view <view>', {
    summary: 'Write every document of a view, ordered by key',
    examples: [
      ['rapport export view relationship-360 --out relationships.ndjson', 'one JSON document a line'],
      ['rapport export view signals --format csv', 'for a spreadsheet'],
    ],
  })
    .addOption(
      new Option('--format <format>', 'how to write them').choices(['ndjson', 'csv']).default('ndjson'),
    )
    .option('--out <file>', 'file to write (default: stdout)');
  runs(addBounds(view), async () => (await import('./export.run.js')).runExportView);

  const referrals = addCommand(exporting, 'referrals', {
    summary: 'Write the referral forest',
    details: 'GraphML opens in Gephi, yEd, NetworkX and igraph.',
    examples: [['rapport export referrals --out referrals.graphml', 'the whole forest']],
  })
    .addOption(
      new Option('--format <format>', 'how to write it')
        .choices(['graphml', 'csv', 'json'])
        .default('graphml'),
    )
    .option('--out <file>', 'file to write (default: stdout)');
  runs(referrals, async () => (await import('./export.run.js')).runExportReferrals);
  return exporting;
}

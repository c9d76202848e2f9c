import type { Command } from 'commander';
import { addCommand, runs, type Description } from '../command.js';

export function addViews(program: Command): Command {
  const views = program
    .command('views')
    .summary('Look after the views: status, hash, rebuild, parked keys, documents')
    .description('Look after the views. Everything in them is disposable and rebuilt from the ledger.');
  const add = (synopsis: string, description: Description): Command =>
    addCommand(views, synopsis, description);

  runs(
    add('status', {
      summary: 'Show how far each view is, and whether it moves',
      examples: [['rapport views status', 'all views']],
    }),
    async () => (await import('./views.run.js')).runStatus,
  );
  runs(
    add('hash [view]', {
      summary: 'Hash what the views say',
      details: 'The same touchpoints give the same hash, whatever the order of arrival, live or rebuilt.',
      examples: [['rapport views hash', 'all views, and all together']],
    }),
    async () => (await import('./views.run.js')).runHash,
  );
  runs(
    add('catch-up', {
      summary: 'Bring the views up to date and stop',
      examples: [['rapport views catch-up', 'when no server runs']],
    }),
    async () => (await import('./views-upkeep.run.js')).runCatchUp,
  );
  runs(
    add('rebuild [view]', {
      summary: 'Build a view again beside the live one, then swap',
      examples: [
        ['rapport views rebuild', 'all views'],
        ['rapport views rebuild signals', 'one view'],
      ],
    }),
    async () => (await import('./views-upkeep.run.js')).runRebuild,
  );
  runs(
    add('parked [view]', {
      summary: 'List keys that a view could not digest',
      examples: [['rapport views parked', 'of all views']],
    }),
    async () => (await import('./views.run.js')).runParked,
  );
  runs(
    add('retry <view> [key]', {
      summary: 'Fold parked keys again',
      examples: [['rapport views retry signals', 'after a fix']],
    }),
    async () => (await import('./views-upkeep.run.js')).runRetry,
  );
  runs(
    add('get <view> <key>', {
      summary: 'Show one document',
      examples: [['rapport views get relationship-360 c-1', 'one relationship']],
    }),
    async () => (await import('./views.run.js')).runGet,
  );
  runs(
    add('find <view>', {
      summary: 'List documents by fields that the view declares as indexed',
      examples: [
        ['rapport views find relationship-360 --where stage=strong --limit 10', 'strong relationships'],
      ],
    })
      .option(
        '--where <condition...>',
        'field=value, field^=prefix, field>=number, field<=number, field (exists); all hold',
      )
      .option('--sort <field>', 'indexed field, with - before it for descending')
      .option('--limit <count>', 'documents on a page', '20')
      .option('--after <cursor>', 'the page after this cursor'),
    async () => (await import('./views.run.js')).runFind,
  );
  return views;
}

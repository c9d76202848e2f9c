import type { Command } from 'commander';
import { addCommand, runs, type Description } from '../command.js';

const DETAILS =
  'Writes a bundle: one file that holds the answer and everything that proves it, checked offline with `rapport verify bundle`. ' +
  'The proof is as at now: the completeness map is brought up to date and logged first, by the server where one holds the data folder.';

export function addProve(program: Command): Command {
  const prove = program
    .command('prove')
    .summary('Prove an answer: a bundle that anybody can verify offline')
    .description(
      'Prove an answer: write a bundle that holds it with every event it depends on, proofs that these are in the log and that none was left out.',
    );
  const add = (synopsis: string, { summary, examples }: Description): Command =>
    addCommand(prove, synopsis, { summary, details: DETAILS, examples })
      .option('--out <file>', 'where to write the bundle (default: stdout)')
      .option(
        '--with-personal',
        'with the secrets of the personal values in it: whoever has the bundle reads them, also after an erasure',
      );

  runs(
    add('timeline <party>', {
      summary: 'Prove what happened with a party',
      examples: [
        ['rapport prove timeline c-1 --out c-1.bundle', 'the latest 1,000 touchpoints'],
        ['rapport prove timeline c-1 --as-of 2025-12-31 > c-1.bundle', 'only what happened by then'],
      ],
    })
      .option(
        '--as-of <time>',
        'only what happened by then: a day (its last moment, UTC) or an RFC 3339 time',
      )
      .option('--limit <count>', 'touchpoints at most, newest first', '1000'),
    async () => (await import('./prove.run.js')).runProveTimeline,
  );
  runs(
    add('loyalty <party>', {
      summary: 'Prove a loyalty score, with the touchpoints that give it',
      examples: [
        ['rapport prove loyalty c-1 --out c-1.bundle', 'the score today'],
        [
          'rapport prove loyalty c-1 --on 2025-12-31 --rules 1 > c-1.bundle',
          'on a day, by a version of the rules',
        ],
      ],
    })
      .option('--on <day>', 'UTC day at whose end the score stands (default: today)')
      .option('--rules <version>', 'version of the scoring rules (default: the newest)'),
    async () => (await import('./prove.run.js')).runProveLoyalty,
  );
  runs(
    add('referrals <party>', {
      summary: 'Prove what the referrals of a party amount to',
      examples: [['rapport prove referrals c-1 --out c-1.bundle', 'the metrics of the whole subtree']],
    }).option(
      '--as-of <time>',
      'only what happened by then: a day (its last moment, UTC) or an RFC 3339 time',
    ),
    async () => (await import('./prove.run.js')).runProveReferrals,
  );
  runs(
    add('document <view> <key>', {
      summary: 'Prove a document of a view, or all entries of a key',
      examples: [
        [
          'rapport prove document relationship-360 c-1 --out c-1.bundle',
          'the relationship as the view has it',
        ],
      ],
    }).option(
      '--as-of <time>',
      'only what happened by then: a day (its last moment, UTC) or an RFC 3339 time',
    ),
    async () => (await import('./prove.run.js')).runProveDocument,
  );
  return prove;
}

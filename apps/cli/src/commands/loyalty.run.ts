import { RapportError } from '@rapport/kernel';
import { queries } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { Ledger } from '../ledger-access/ledger.js';
import { boundsOf, reading, wholeNumber } from '../ledger-access/reading.js';
import { writeTable } from '../terminal/table.js';

interface LoyaltyOptions {
  readonly on?: string;
  readonly knownAt?: string;
  readonly treeSize?: string;
  readonly why?: boolean;
  readonly trend?: string;
  readonly rules?: string;
  readonly against?: string;
}

const VERSIONS = { min: 1, max: 1_000_000 } as const;

/** `rapport loyalty` */
export async function runLoyalty(
  invocation: Invocation,
  options: LoyaltyOptions,
  party: string,
): Promise<ExitCode> {
  if ([options.why, options.trend, options.against].filter((one) => one !== undefined).length > 1)
    throw new RapportError('INVALID_QUERY', 'Give one of --why, --trend and --against.');
  return reading(invocation, async (ledger) => {
    const { knownAt } = await boundsOf(ledger, { knownAt: options.knownAt, treeSize: options.treeSize });
    const query = {
      day: options.on ?? new Date().toISOString().slice(0, 10),
      ...(knownAt === undefined ? {} : { knownAt }),
      ...(options.rules === undefined ? {} : { rules: wholeNumber(options.rules, '--rules', VERSIONS) }),
    };
    if (options.why === true) await showWhy(invocation, ledger, party, query);
    else if (options.trend !== undefined)
      await showTrend(invocation, ledger, party, {
        ...query,
        months: wholeNumber(options.trend, '--trend', { min: 1, max: 120 }),
      });
    else if (options.against !== undefined)
      await showComparison(invocation, ledger, party, {
        ...query,
        left: query.rules ?? 1,
        right: wholeNumber(options.against, '--against', VERSIONS),
      });
    else await showScore(invocation, ledger, party, query);
    return EXIT.ok;
  });
}

async function showScore(
  { terminal, json }: Invocation,
  ledger: Ledger,
  party: string,
  query: queries.ScoreQuery,
): Promise<void> {
  const answer = await queries.loyaltyScore(ledger, party, query);
  if (json) return terminal.json(answer);
  const { value } = answer;
  await terminal.line(heading(value));
  await terminal.line();
  await writeTable(
    terminal,
    PART_COLUMNS,
    value.parts.map((part) => [points(part.thousandths), part.part, part.name]),
    'No parts.',
  );
  terminal.note('Add --why to see which touchpoints give it.');
}

async function showWhy(
  { terminal, json }: Invocation,
  ledger: Ledger,
  party: string,
  query: queries.ScoreQuery,
): Promise<void> {
  const answer = await queries.whyLoyaltyScore(ledger, party, query);
  if (json) return terminal.json(answer);
  const { value } = answer;
  await terminal.line(heading(value));
  await terminal.line();
  const rows = value.contributions.map(({ thousandths, name, touchpoint }) => [
    points(thousandths),
    name,
    touchpoint?.time.slice(0, 10) ?? '',
    touchpoint?.headline ?? '',
  ]);
  await writeTable(
    terminal,
    [{ title: 'points', align: 'right' }, { title: 'for' }, { title: 'day' }, { title: 'touchpoint' }],
    rows,
    'Nothing contributes.',
  );
}

async function showTrend(
  { terminal, json }: Invocation,
  ledger: Ledger,
  party: string,
  query: queries.ScoreQuery & { readonly months: number },
): Promise<void> {
  const answer = await queries.loyaltyTrend(ledger, party, query);
  if (json) return terminal.json(answer);
  const rows = answer.value.points.map(({ day, scoreThousandths, tier }) => [
    day,
    points(scoreThousandths),
    tier,
    '█'.repeat(Math.round(scoreThousandths / 25_000)),
  ]);
  await writeTable(
    terminal,
    [{ title: 'day' }, { title: 'score', align: 'right' }, { title: 'tier' }, { title: '' }],
    rows,
    'No scores.',
  );
}

async function showComparison(
  { terminal, json }: Invocation,
  ledger: Ledger,
  party: string,
  query: queries.ScoreQuery & { readonly left: number; readonly right: number },
): Promise<void> {
  const answer = await queries.compareRules(ledger, party, query);
  if (json) return terminal.json(answer);
  const { left, right, differences } = answer.value;
  await terminal.line(`Rules ${left.rulesVersion}: ${heading(left)}`);
  await terminal.line(`Rules ${right.rulesVersion}: ${heading(right)}`);
  await terminal.line();
  await writeTable(
    terminal,
    PART_COLUMNS,
    differences.map((part) => [points(part.thousandths), part.part, part.name]),
    'No part differs.',
  );
}

const PART_COLUMNS = [{ title: 'points', align: 'right' }, { title: 'part' }, { title: 'name' }] as const;

const heading = ({
  party,
  day,
  scoreThousandths,
  tier,
  ruleSet,
  rulesVersion,
}: Pick<
  queries.LoyaltyScoreAnswer,
  'party' | 'day' | 'scoreThousandths' | 'tier' | 'ruleSet' | 'rulesVersion'
>): string =>
  `${party} on ${day}: ${points(scoreThousandths)} of 1000, ${tier} (rules ${ruleSet} ${rulesVersion})`;

/** Thousandths of a point as points with three decimals; whole numbers in, so nothing is rounded. */
export function points(thousandths: number): string {
  const size = Math.abs(thousandths);
  return `${thousandths < 0 ? '-' : ''}${Math.floor(size / 1000)}.${String(size % 1000).padStart(3, '0')}`;
}

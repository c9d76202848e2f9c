import type { Bounds, BoundsGiven } from '@rapport/kernel';
import { queries } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { Ledger } from '../ledger-access/ledger.js';
import { boundsOf, reading, wholeNumber } from '../ledger-access/reading.js';
import { writeTable, type Column } from '../terminal/table.js';
import { printable } from '../terminal/terminal.js';
import { mustBeKnown } from './timeline.run.js';

interface ReferralsOptions extends BoundsGiven {
  readonly up?: boolean;
  readonly path?: string;
  readonly metrics?: boolean;
  readonly depth: string;
  readonly by: queries.ReferralOrder;
  readonly limit: string;
}

/** `rapport referrals` */
export async function runReferrals(
  invocation: Invocation,
  options: ReferralsOptions,
  party?: string,
): Promise<ExitCode> {
  await reading(invocation, async (ledger) => {
    if (party === undefined) return showTop(invocation, ledger, options);
    const bounds = await boundsOf(ledger, options);
    await mustBeKnown(ledger, party, bounds);
    if (options.path !== undefined) return showPath(invocation, ledger, party, options.path, bounds);
    if (options.up === true) return showAncestors(invocation, ledger, party, bounds);
    const depthMax = wholeNumber(options.depth, '--depth', { min: 0, max: 1_000 });
    return options.metrics === true
      ? showMetrics(invocation, ledger, party, bounds)
      : showSubtree(invocation, ledger, party, depthMax, bounds);
  });
  return EXIT.ok;
}

async function showTop(
  { terminal, json }: Invocation,
  ledger: Ledger,
  options: ReferralsOptions,
): Promise<void> {
  const answer = await queries.topReferrers(ledger, {
    by: options.by,
    countMax: wholeNumber(options.limit, '--limit', { min: 1, max: 1_000 }),
  });
  if (json) return terminal.json(answer);
  const rows = answer.value.referrers.map(({ party, made, value }) => [
    party,
    String(made.referrals + made.recommendations),
    String(made.accepted),
    String(made.converted),
    valueText(value),
  ]);
  await writeTable(
    terminal,
    [
      { title: 'party' },
      number('introduced'),
      number('accepted'),
      number('converted'),
      { title: 'own value (minor units)' },
    ],
    rows,
    'Nobody has introduced anybody yet.',
  );
}

async function showSubtree(
  { terminal, json }: Invocation,
  ledger: Ledger,
  party: string,
  depthMax: number,
  bounds: Bounds,
): Promise<void> {
  const answer = await queries.referralSubtree(ledger, party, { depthMax }, bounds);
  if (json) return terminal.json(answer);
  const { parties, generations, complete } = answer.value;
  const children = new Map<string | null, typeof parties>();
  for (const one of parties.slice(1))
    children.set(one.introducedBy, [...(children.get(one.introducedBy) ?? []), one]);
  const lines: string[] = [];
  // Without recursion: a chain of introductions may be a thousand deep.
  const open = [...parties.slice(0, 1).map((one) => ({ one, indent: 0 }))];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { one, indent } = next;
    const sales =
      one.sales === 0
        ? 'no sale yet'
        : `${one.sales} ${one.sales === 1 ? 'sale' : 'sales'}, ${valueText(one.value)}`;
    lines.push(
      `${'  '.repeat(indent)}${printable(one.party)}  ${terminal.style('dim', `${one.introducedAt === null ? 'began' : `introduced ${one.introducedAt.slice(0, 10)}`}, ${sales}`)}`,
    );
    for (const child of (children.get(one.party) ?? []).toReversed())
      open.push({ one: child, indent: indent + 1 });
  }
  for (const line of lines) await terminal.line(line);
  terminal.note(
    generations
      .map(
        ({ generation, count, converted }) => `generation ${generation}: ${count}, ${converted} with a sale`,
      )
      .join('; '),
  );
  if (!complete) terminal.note(`There is more below: raise --depth ${depthMax}.`);
}

async function showAncestors(
  { terminal, json }: Invocation,
  ledger: Ledger,
  party: string,
  bounds: Bounds,
): Promise<void> {
  const answer = await queries.referralAncestors(ledger, party, bounds);
  if (json) return terminal.json(answer);
  const rows = answer.value.chain.map((one) => [
    one.party,
    one.introducedAt?.slice(0, 10) ?? '',
    one.via ?? 'began',
    one.introducedBy ?? '',
  ]);
  await writeTable(
    terminal,
    [{ title: 'party' }, { title: 'introduced' }, { title: 'via' }, { title: 'by' }],
    rows,
    'Nobody introduced this party.',
  );
}

async function showPath(
  { terminal, json }: Invocation,
  ledger: Ledger,
  from: string,
  to: string,
  bounds: Bounds,
): Promise<void> {
  const answer = await queries.referralPath(ledger, from, to, bounds);
  if (json) return terminal.json(answer);
  const { path, common } = answer.value;
  await terminal.line(
    path === null
      ? `${printable(from)} and ${printable(to)} are in different trees.`
      : printable(path.join(' - ')),
  );
  if (common !== null) terminal.note(`${printable(common)} introduced both, directly or through others.`);
}

async function showMetrics(
  { terminal, json }: Invocation,
  ledger: Ledger,
  party: string,
  bounds: Bounds,
): Promise<void> {
  const answer = await queries.referralMetrics(ledger, party, {}, bounds);
  if (json) return terminal.json(answer);
  const { descendants, converted, depth, value, structuralVirality, cycleTimeDays, generations } =
    answer.value;
  const facts: readonly (readonly [string, string])[] = [
    ['descendants', String(descendants)],
    ['with a sale', String(converted)],
    ['depth', String(depth)],
    ['value (minor units)', valueText(value)],
    ['structural virality', structuralVirality?.toFixed(4) ?? 'none'],
    ['days from introduction to first sale', cycleTimeDays === null ? 'none' : String(cycleTimeDays)],
  ];
  for (const [name, text] of facts) await terminal.line(`${name.padEnd(38)}${text}`);
  await terminal.line();
  const rows = generations.map((one) => [
    String(one.generation),
    String(one.count),
    String(one.converted),
    one.reproduction?.toFixed(3) ?? '',
    valueText(one.value),
  ]);
  await writeTable(
    terminal,
    [
      number('generation'),
      number('parties'),
      number('with a sale'),
      number('R'),
      { title: 'value (minor units)' },
    ],
    rows,
    '',
  );
}

const number = (title: string): Column => ({ title, align: 'right' });

const valueText = (value: readonly (readonly [string, number | string])[]): string =>
  value.length === 0 ? 'no value' : value.map(([currency, minor]) => `${currency} ${minor}`).join(', ');

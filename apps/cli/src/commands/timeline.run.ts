import {
  parseBound,
  parseStart,
  RapportError,
  valueOf,
  type Bounds,
  type BoundsGiven,
} from '@rapport/kernel';
import { queries } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { Ledger } from '../ledger-access/ledger.js';
import { boundsOf, reading, wholeNumber } from '../ledger-access/reading.js';
import { printable } from '../terminal/terminal.js';
import { writeTable } from '../terminal/table.js';

interface TimelineOptions extends BoundsGiven {
  readonly family?: string;
  readonly kind?: string;
  readonly channel?: string;
  readonly episode?: string;
  readonly from?: string;
  readonly to?: string;
  readonly text?: string;
  readonly oldestFirst?: boolean;
  readonly tree?: boolean;
  readonly episodes?: boolean;
  readonly limit: string;
  readonly after?: string;
}

/** `rapport timeline` */
export async function runTimeline(
  invocation: Invocation,
  options: TimelineOptions,
  party: string,
): Promise<ExitCode> {
  const query = queryOf(options);
  return reading(invocation, async (ledger) => {
    const bounds = await boundsOf(ledger, options);
    if (options.episodes === true) await showEpisodes(invocation, ledger, party, options, bounds);
    else await showPage(invocation, ledger, party, query, bounds, options.tree === true);
    return EXIT.ok;
  });
}

async function showPage(
  { terminal, json }: Invocation,
  ledger: Ledger,
  party: string,
  query: queries.TimelineQuery,
  bounds: Bounds,
  tree: boolean,
): Promise<void> {
  const answer = tree
    ? await queries.treeTimelinePage(ledger, party, query, bounds)
    : await queries.timelinePage(ledger, party, query, bounds);
  const { items, next } = answer.value;
  if (items.length === 0) await mustBeKnown(ledger, party, bounds);
  if (json) return terminal.json(answer);
  const columns = [
    { title: 'time' },
    ...(tree ? [{ title: 'party' }] : []),
    { title: 'kind' },
    { title: 'channel' },
    { title: 'what happened' },
  ];
  const rows = items.map((item) => [
    minuteOf(item.time),
    ...('party' in item ? [String(item.party)] : []),
    item.kind,
    [item.channel ?? '', item.direction === undefined ? '' : item.direction === 'inbound' ? '<' : '>']
      .join(' ')
      .trim(),
    `${item.headline}${item.correctedBy === undefined ? '' : ' (corrected)'}${item.episode === undefined ? '' : ` [${item.episode}]`}`,
  ]);
  await writeTable(terminal, columns, rows, 'No touchpoints within these bounds.');
  if (next !== undefined) terminal.note(`There is more: add --after ${next}`);
}

async function showEpisodes(
  { terminal, json }: Invocation,
  ledger: Ledger,
  party: string,
  { limit, after }: TimelineOptions,
  bounds: Bounds,
): Promise<void> {
  const countMax = wholeNumber(limit, '--limit', { min: 1, max: 1_000 });
  const answer = await queries.timelineEpisodes(
    ledger,
    party,
    { countMax, ...(after === undefined ? {} : { after }) },
    bounds,
  );
  const { episodes, withoutEpisode, next } = answer.value;
  if (episodes.length === 0 && withoutEpisode === 0) await mustBeKnown(ledger, party, bounds);
  if (json) return terminal.json(answer);
  const columns = [
    { title: 'last' },
    { title: 'first' },
    { title: 'touchpoints', align: 'right' as const },
    { title: 'episode' },
    { title: 'now' },
  ];
  await writeTable(
    terminal,
    columns,
    episodes.map((one) => [
      minuteOf(one.lastTime),
      minuteOf(one.firstTime),
      String(one.touchpoints),
      one.episode,
      one.lastHeadline,
    ]),
    'No episodes within these bounds.',
  );
  if (withoutEpisode > 0) terminal.note(`${withoutEpisode} touchpoints belong to no episode.`);
  if (next !== undefined) terminal.note(`There is more: add --after ${next}`);
}

/** An empty answer about a party that nobody ever named is a mistake in its name. */
export async function mustBeKnown(ledger: Ledger, party: string, bounds: Bounds): Promise<void> {
  const everything = await ledger.allEntries('timeline', await ledger.canonical(party));
  if (everything.value.length > 0) return;
  const within =
    bounds.asOf === undefined && bounds.knownAt === undefined ? '' : ' within these bounds or beyond them';
  throw new RapportError(
    'PARTY_NOT_FOUND',
    `No touchpoint${within} names the party ${printable(party)}: check the id (without "relationship/") and the tenant.`,
  );
}

function queryOf(options: TimelineOptions): queries.TimelineQuery {
  const { family, kind, channel, episode, from, to, text, after } = options;
  const lists = Object.entries({ family, kind, channel }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    ...Object.fromEntries(lists.map(([name, value]) => [name, value.split(',')])),
    ...(episode === undefined ? {} : { episode }),
    ...(from === undefined ? {} : { from: valueOf(parseStart(from, '--from')) }),
    ...(to === undefined ? {} : { to: valueOf(parseBound(to, '--to')) }),
    ...(text === undefined ? {} : { text }),
    ...(after === undefined ? {} : { after }),
    order: options.oldestFirst === true ? 'oldestFirst' : 'newestFirst',
    countMax: wholeNumber(options.limit, '--limit', { min: 1, max: 1_000 }),
  };
}

/** A canonical time to the minute, for people. */
export const minuteOf = (time: string): string => `${time.slice(0, 10)} ${time.slice(11, 16)}`;

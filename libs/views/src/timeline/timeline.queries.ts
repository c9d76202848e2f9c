import {
  RapportError,
  type Answer,
  type Bounds,
  type EntriesQuery,
  type StoredEntry,
  type ViewReader,
} from '@rapport/kernel';
import { timeline, type TimelineEntry } from './timeline.view.js';

/** At most this many items in a page. */
export const TIMELINE_PAGE_MAX = 1_000;
const PAGE_DEFAULT = 50;

/** What a timeline may be narrowed to. Several values of one filter mean any of them. */
export interface TimelineQuery {
  readonly family?: string | readonly string[];
  readonly kind?: string | readonly string[];
  readonly channel?: string | readonly string[];
  readonly direction?: string | readonly string[];
  readonly episode?: string | readonly string[];
  /** Inclusive instants (canonical times). */
  readonly from?: string;
  readonly to?: string;
  /** Case-insensitive text in the headline. */
  readonly text?: string;
  readonly order?: 'newestFirst' | 'oldestFirst';
  readonly after?: string;
  /** 1 … {@link TIMELINE_PAGE_MAX}; 50 unless given. */
  readonly countMax?: number;
}

/** One touchpoint on a timeline. */
export type TimelineItem = TimelineEntry & {
  readonly time: string;
  readonly source: string;
  readonly id: string;
  readonly subject: string;
  /** Place in the ledger, a decimal text. */
  readonly position: string;
  /** When the ledger learned of it. */
  readonly recordedat: string;
};

/** One page of a timeline. */
export interface TimelinePage {
  readonly party: string;
  readonly items: readonly TimelineItem[];
  /** Cursor of the next page; absent on the last. */
  readonly next?: string;
}

/** One case on a timeline: an inquiry, a complaint, a negotiation. */
export interface EpisodeGroup {
  readonly episode: string;
  readonly families: readonly string[];
  readonly touchpoints: number;
  readonly firstTime: string;
  readonly lastTime: string;
  readonly firstHeadline: string;
  readonly lastHeadline: string;
}

/** Episodes of a party, the latest moved first. */
export interface EpisodePage {
  readonly party: string;
  readonly episodes: readonly EpisodeGroup[];
  /** Touchpoints that belong to no episode. */
  readonly withoutEpisode: number;
  readonly next?: string;
}

/** A stored entry as it is answered. */
export const timelineItem = ({
  time,
  source,
  id,
  subject,
  position,
  recordedat,
  entry,
}: StoredEntry): TimelineItem => ({
  ...(entry as TimelineEntry),
  time,
  source,
  id,
  subject,
  position: position.toString(),
  recordedat,
});

const FILTERS = ['family', 'kind', 'channel', 'direction', 'episode'] as const;

/** The same question in the words of the engine. @throws RapportError `LIMIT_EXCEEDED` */
export function entriesQuery(query: TimelineQuery): EntriesQuery {
  const filter: Record<string, string | readonly string[]> = {};
  for (const name of FILTERS) {
    const value = query[name];
    if (value !== undefined) filter[name] = value;
  }
  return {
    filter,
    order: query.order ?? 'newestFirst',
    countMax: pageSize(query.countMax),
    ...(query.from === undefined ? {} : { from: query.from }),
    ...(query.to === undefined ? {} : { to: query.to }),
    ...(query.text === undefined ? {} : { text: query.text }),
    ...(query.after === undefined ? {} : { after: query.after }),
  };
}

function pageSize(countMax: number = PAGE_DEFAULT): number {
  if (!Number.isInteger(countMax) || countMax < 1 || countMax > TIMELINE_PAGE_MAX)
    throw new RapportError('LIMIT_EXCEEDED', `A page has 1 to ${TIMELINE_PAGE_MAX} items.`);
  return countMax;
}

/**
 * One page of what happened with a party, newest first unless asked otherwise.
 * @throws RapportError `INVALID_CURSOR`, `LIMIT_EXCEEDED`
 * @example await timelinePage(ledger, 'c-1', { family: 'complaint' }, { asOf: '2026-01-31T23:59:59.999Z' })
 */
export async function timelinePage(
  reader: ViewReader,
  party: string,
  query: TimelineQuery = {},
  bounds: Bounds = {},
): Promise<Answer<TimelinePage>> {
  const canonical = await reader.canonical(party, bounds);
  const answer = await reader.entries(timeline.name, canonical, entriesQuery(query), bounds);
  const { items, next } = answer.value;
  return {
    ...answer,
    value: { party: canonical, items: items.map(timelineItem), ...(next === undefined ? {} : { next }) },
  };
}

/**
 * The episodes of a party, the latest moved first.
 * @param query.after the cursor of the page before
 * @throws RapportError `INVALID_CURSOR`, `LIMIT_EXCEEDED`
 * @example (await timelineEpisodes(ledger, 'c-1')).value.episodes[0]?.lastHeadline
 */
export async function timelineEpisodes(
  reader: ViewReader,
  party: string,
  query: { readonly family?: string; readonly after?: string; readonly countMax?: number } = {},
  bounds: Bounds = {},
): Promise<Answer<EpisodePage>> {
  const countMax = pageSize(query.countMax);
  const canonical = await reader.canonical(party, bounds);
  const answer = await reader.allEntries(timeline.name, canonical, bounds);
  const entries = answer.value
    .map(timelineItem)
    .filter((item) => query.family === undefined || item.family === query.family);
  const groups = groupByEpisode(entries).toSorted((a, b) =>
    a.lastTime === b.lastTime ? compareEpisode(a, b) : a.lastTime > b.lastTime ? -1 : 1,
  );
  const start =
    query.after === undefined ? 0 : groups.findIndex((group) => cursorOf(group) === query.after) + 1;
  if (query.after !== undefined && start === 0)
    throw new RapportError(
      'INVALID_CURSOR',
      'No episode has this cursor any more: begin again without a cursor.',
    );
  const episodes = groups.slice(start, start + countMax);
  const last = episodes.at(-1);
  const more = last !== undefined && start + countMax < groups.length;
  const withoutEpisode = entries.reduce((count, item) => count + (item.episode === undefined ? 1 : 0), 0);
  return {
    ...answer,
    value: { party: canonical, episodes, withoutEpisode, ...(more ? { next: cursorOf(last) } : {}) },
  };
}

const compareEpisode = (a: EpisodeGroup, b: EpisodeGroup): number => (a.episode < b.episode ? -1 : 1);
// The name alone, so that a page's edge stays where it is when the episode moves.
const cursorOf = (group: EpisodeGroup): string => Buffer.from(group.episode).toString('base64url');

/** Groups items, oldest first, by their episode; those without one are left out. */
export function groupByEpisode(items: readonly TimelineItem[]): readonly EpisodeGroup[] {
  const groups = new Map<string, EpisodeGroup>();
  for (const { episode, family, time, headline } of items) {
    if (episode === undefined) continue;
    const known = groups.get(episode);
    groups.set(
      episode,
      known === undefined
        ? {
            episode,
            families: [family],
            touchpoints: 1,
            firstTime: time,
            lastTime: time,
            firstHeadline: headline,
            lastHeadline: headline,
          }
        : {
            ...known,
            families: known.families.includes(family) ? known.families : [...known.families, family].sort(),
            touchpoints: known.touchpoints + 1,
            lastTime: time,
            lastHeadline: headline,
          },
    );
  }
  return [...groups.values()];
}

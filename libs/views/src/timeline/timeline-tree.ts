import {
  RapportError,
  compareTimeOrder,
  placeCursor,
  placeIn,
  type Answer,
  type Bounds,
  type EffectiveEvent,
  type StoredEntry,
  type ViewReader,
} from '@rapport/kernel';
import { relationship360 } from '../relationship-360/relationship-360.view.js';
import { entriesQuery, timelineItem, type TimelineItem, type TimelineQuery } from './timeline.queries.js';
import { timeline } from './timeline.view.js';

/** At most this many parties in a tree, and this many levels below its root. */
export const TREE_PARTIES_MAX = 200;
export const TREE_DEPTH_MAX = 8;

/** A party in the tree of a firm. */
export interface TreeMember {
  readonly party: string;
  /** The party it is part of; null for the root. */
  readonly partOf: string | null;
  readonly depth: number;
}

/** One page of what happened with a firm and everybody in it. A touchpoint that names several of them stands once. */
export interface TreeTimelinePage {
  readonly party: string;
  /** Level by level. */
  readonly members: readonly TreeMember[];
  readonly items: readonly (TimelineItem & { readonly party: string })[];
  readonly next?: string;
}

/**
 * A firm, its departments and its people, level by level.
 * @throws RapportError `LIMIT_EXCEEDED` beyond {@link TREE_PARTIES_MAX} or {@link TREE_DEPTH_MAX}
 */
export async function partyTree(
  reader: ViewReader,
  party: string,
  bounds: Bounds = {},
): Promise<readonly TreeMember[]> {
  const root = await reader.canonical(party, bounds);
  const members = new Map<string, TreeMember>([[root, { party: root, partOf: null, depth: 0 }]]);
  let level: readonly string[] = [root];
  for (let depth = 1; level.length > 0; depth++) {
    const next: string[] = [];
    for (const whole of level) {
      for (const part of await partsOf(reader, whole, bounds)) {
        if (members.has(part)) continue; // somebody reported a circle: the first place counts
        if (depth > TREE_DEPTH_MAX || members.size >= TREE_PARTIES_MAX)
          throw new RapportError(
            'LIMIT_EXCEEDED',
            `The tree of ${root} has more than ${TREE_PARTIES_MAX} parties or ${TREE_DEPTH_MAX} levels: ask for one of its parts.`,
          );
        members.set(part, { party: part, partOf: whole, depth });
        next.push(part);
      }
    }
    level = next;
  }
  return [...members.values()];
}

async function partsOf(reader: ViewReader, whole: string, bounds: Bounds): Promise<readonly string[]> {
  if (bounds.asOf === undefined && bounds.knownAt === undefined) {
    const { value } = await reader.find(relationship360.name, {
      where: [{ field: 'partOf', op: 'equals', value: whole }],
      countMax: TREE_PARTIES_MAX + 1,
    });
    return value.items.map((item) => item.key).filter((key) => key !== whole);
  }
  // An index knows only the present: within bounds the whole's own history names its parts.
  const { value } = await reader.history(whole, bounds);
  const named = new Set(value.flatMap((event) => partRegistered(event, whole)));
  const documents = await reader.documentsOf(relationship360.name, [...named], bounds);
  return [...named].filter((key) => documents.value.get(key)?.['partOf'] === whole).sort();
}

function partRegistered(event: EffectiveEvent, whole: string): readonly string[] {
  const partOf = event.data['partOf'];
  const [part] = event.parties;
  return event.kind.name === 'PartyRegistered' &&
    typeof partOf === 'string' &&
    event.canonical(partOf) === whole &&
    part !== undefined &&
    part !== whole
    ? [part]
    : [];
}

/**
 * One page of the timelines of a firm and everybody in it, merged.
 * @throws RapportError `LIMIT_EXCEEDED`, `INVALID_CURSOR`
 */
export async function treeTimelinePage(
  reader: ViewReader,
  party: string,
  query: TimelineQuery = {},
  bounds: Bounds = {},
): Promise<Answer<TreeTimelinePage>> {
  const members = await partyTree(reader, party, bounds);
  const { after, ...wanted } = entriesQuery(query);
  const newestFirst = wanted.order !== 'oldestFirst';
  const edge = after === undefined ? undefined : placeIn(after);
  const beyond = (entry: StoredEntry): boolean =>
    edge === undefined ||
    (newestFirst ? compareTimeOrder(entry, edge) < 0 : compareTimeOrder(entry, edge) > 0);
  const narrowed =
    edge === undefined
      ? wanted
      : newestFirst
        ? { ...wanted, to: least(wanted.to, edge.time) }
        : { ...wanted, from: most(wanted.from, edge.time) };
  const found = new Map<string, StoredEntry>();
  let answer: Answer<unknown> | undefined;
  for (const member of members) {
    let cursor: string | undefined;
    for (let taken = 0; taken <= wanted.countMax;) {
      const page: Awaited<ReturnType<ViewReader['entries']>> = await reader.entries(
        timeline.name,
        member.party,
        { ...narrowed, ...(cursor === undefined ? {} : { after: cursor }) },
        bounds,
      );
      answer ??= page;
      for (const entry of page.value.items.filter(beyond)) {
        taken++;
        const identity = JSON.stringify([entry.subject, entry.source, entry.id]);
        if (!found.has(identity)) found.set(identity, entry);
      }
      cursor = page.value.next;
      if (cursor === undefined) break;
    }
  }
  const sorted = [...found.values()].sort((a, b) =>
    newestFirst ? compareTimeOrder(b, a) : compareTimeOrder(a, b),
  );
  const items = sorted.slice(0, wanted.countMax);
  const last = items.at(-1);
  const root = members[0]?.party ?? party;
  return {
    view: timeline.name,
    version: timeline.version,
    position: answer?.position ?? 0n,
    bounds,
    value: {
      party: root,
      members,
      items: items.map((entry) => ({ ...timelineItem(entry), party: entry.key })),
      ...(last !== undefined && sorted.length > items.length ? { next: placeCursor(last) } : {}),
    },
  };
}

const least = (a: string | undefined, b: string): string => (a === undefined || b < a ? b : a);
const most = (a: string | undefined, b: string): string => (a === undefined || b > a ? b : a);

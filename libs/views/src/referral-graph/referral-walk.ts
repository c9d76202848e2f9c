import {
  RapportError,
  compareTimeOrder,
  type Bounds,
  type JsonObject,
  type ViewReader,
} from '@rapport/kernel';
import { breakCircle, type BrokenCircle } from './forest.js';
import {
  introducedParty,
  referralGraph,
  type Introduction,
  type ReferralDocument,
} from './referral-graph.view.js';

/** A party with its document, on a walk through the graph. */
export interface Met {
  readonly party: string;
  readonly doc: ReferralDocument | undefined;
}

/** The way from a party up to the root of its tree. */
export interface WayUp {
  /** The party first, the root of its tree last. */
  readonly chain: readonly Met[];
  /** The circle that the way runs into, broken; the root is then the party whose edge was cut. */
  readonly circle: BrokenCircle | undefined;
}

/** How many parties are asked for in one question to the store. */
const KEYS_A_QUESTION = 200;
const PAGE = 1_000;

const isLive = (bounds: Bounds): boolean => bounds.asOf === undefined && bounds.knownAt === undefined;

/** Whether an introduced party was cut from the one it names. */
export const isCut = (circle: BrokenCircle | undefined, party: string): boolean =>
  circle?.cut.party === party;

/**
 * Walks up from a party, breaking a circle at its latest edge.
 * @throws RapportError `LIMIT_EXCEEDED` when the way is longer than `stepsMax`
 */
export async function walkUp(
  reader: ViewReader,
  party: string,
  stepsMax: number,
  bounds: Bounds,
): Promise<WayUp> {
  const chain: Met[] = [];
  const places = new Map<string, number>();
  let next: string | undefined = party;
  while (next !== undefined) {
    const begin = places.get(next);
    if (begin !== undefined) return cutWay(chain, begin);
    if (chain.length > stepsMax)
      throw new RapportError(
        'LIMIT_EXCEEDED',
        `The way up from ${party} is longer than ${stepsMax} introductions.`,
      );
    const { value }: { readonly value: JsonObject | undefined } = await reader.document(
      referralGraph.name,
      next,
      bounds,
    );
    const doc = value as ReferralDocument | undefined;
    places.set(next, chain.length);
    chain.push({ party: next, doc });
    next = doc?.introducedBy?.by;
  }
  return { chain, circle: undefined };
}

function cutWay(chain: readonly Met[], begin: number): WayUp {
  const members = chain
    .slice(begin)
    .flatMap(({ party, doc }): { party: string; edge: Introduction }[] =>
      doc === undefined || doc.introducedBy === null ? [] : [{ party, edge: doc.introducedBy }],
    );
  const circle = breakCircle(members);
  return { chain: chain.slice(0, chain.findIndex((one) => one.party === circle.cut.party) + 1), circle };
}

/** Whether a party ever introduced anybody: most never do, and need not be asked about. */
const hasIntroduced = ({ doc }: Met): boolean =>
  doc !== undefined &&
  doc.made.referrals + doc.made.recommendations + doc.made.accepted + doc.made.converted > 0;

/** Those whom these parties introduced (with the credit), in the order (parent as given, then time, source, id of the edge). */
export async function introducedBy(
  reader: ViewReader,
  all: readonly Met[],
  bounds: Bounds,
  countMax: number,
): Promise<readonly Met[]> {
  const parents = all.filter(hasIntroduced).map((met) => met.party);
  const met = isLive(bounds)
    ? await liveChildren(reader, parents, countMax)
    : await boundedChildren(reader, parents, bounds);
  const rank = new Map(parents.map((party, index) => [party, index]));
  const rankOf = ({ doc }: Met): number => rank.get(doc?.introducedBy?.by ?? '') ?? 0;
  return met.toSorted((a, b) => rankOf(a) - rankOf(b) || compareEdges(a, b));
}

function compareEdges(a: Met, b: Met): number {
  const left = a.doc?.introducedBy ?? undefined;
  const right = b.doc?.introducedBy ?? undefined;
  return left === undefined || right === undefined ? 0 : compareTimeOrder(left, right);
}

async function liveChildren(
  reader: ViewReader,
  parents: readonly string[],
  countMax: number,
): Promise<readonly Met[]> {
  const met: Met[] = [];
  for (let from = 0; from < parents.length; from += KEYS_A_QUESTION) {
    const where = [
      { field: 'introducedBy', op: 'in', value: parents.slice(from, from + KEYS_A_QUESTION) },
    ] as const;
    let after: string | undefined;
    do {
      const { value }: Awaited<ReturnType<ViewReader['find']>> = await reader.find(referralGraph.name, {
        where,
        countMax: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      for (const { key, doc } of value.items)
        met.push({ party: key, doc: doc as unknown as ReferralDocument });
      if (met.length > countMax) return met;
      after = value.next;
    } while (after !== undefined);
  }
  return met;
}

/** An index knows only the present: within bounds the histories of the parents name whom they may have introduced. */
async function boundedChildren(
  reader: ViewReader,
  parents: readonly string[],
  bounds: Bounds,
): Promise<readonly Met[]> {
  const named = new Set<string>();
  for (const parent of parents) {
    const { value } = await reader.history(parent, bounds);
    for (const event of value) {
      const party =
        event.parties[0] === parent && referralGraph.handles.includes(event.type)
          ? introducedParty(event)
          : undefined;
      if (party !== undefined && party !== parent) named.add(party);
    }
  }
  const wanted = new Set(parents);
  const { value } = await reader.documentsOf(referralGraph.name, [...named], bounds);
  return [...value].flatMap(([party, doc]): readonly Met[] => {
    const one = doc as unknown as ReferralDocument;
    return one.introducedBy !== null && wanted.has(one.introducedBy.by) ? [{ party, doc: one }] : [];
  });
}

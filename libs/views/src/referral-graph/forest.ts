import { RapportError, compareTimeOrder, type JsonObject } from '@rapport/kernel';
import type { Introduction, ReferralDocument } from './referral-graph.view.js';

/** At most this many parties in an exported forest: what one process can hold. */
export const FOREST_PARTIES_MAX = 1_000_000;

/** A party in the forest: its parent is gone where a circle was broken. */
export interface ForestParty {
  readonly party: string;
  readonly introducedBy: string | null;
  readonly via: Introduction['via'] | null;
  readonly introducedAt: string | null;
  readonly assists: number;
  readonly firstSaleAt: string | null;
  readonly sales: number;
  /** Minor units by currency, sorted; a decimal text beyond 2^53. */
  readonly value: ReferralDocument['value'];
}

/** A circle of introductions, as reported, and the edge that the forest leaves out. */
export type BrokenCircle = {
  /** Each was introduced by the next, the last by the first. */
  readonly members: readonly string[];
  /** The latest edge (time, source, id) of the circle: left out, so that its party is a root. */
  readonly cut: {
    readonly party: string;
    readonly introducedBy: string;
    readonly time: string;
    readonly source: string;
    readonly id: string;
  };
};

/** What a referral document says of its party, as part of a forest. */
export function forestParty(party: string, doc: ReferralDocument | undefined, isCut = false): ForestParty {
  const edge = isCut ? undefined : doc?.introducedBy;
  const listed = doc?.candidates.length ?? 0;
  return {
    party,
    introducedBy: edge?.by ?? null,
    via: edge?.via ?? null,
    introducedAt: edge?.time ?? null,
    assists: Math.max(
      0,
      listed + (doc?.candidatesBeyond ?? 0) - ((doc?.introducedBy ?? null) === null ? 0 : 1),
    ),
    firstSaleAt: doc?.firstSaleAt ?? null,
    sales: doc?.sales ?? 0,
    value: doc?.value ?? [],
  };
}

/** The member of a circle whose edge is the latest, and the circle told from there. */
export function breakCircle(
  circle: readonly { readonly party: string; readonly edge: Introduction }[],
): BrokenCircle {
  const latest = circle.reduce((best, one) => (compareTimeOrder(one.edge, best.edge) > 0 ? one : best));
  const { by, time, source, id } = latest.edge;
  return {
    members: circle.map((one) => one.party),
    cut: { party: latest.party, introducedBy: by, time, source, id },
  };
}

/** The whole forest, every circle broken. */
export interface Forest {
  /** Ordered by party. */
  readonly parties: readonly ForestParty[];
  readonly brokenCircles: readonly BrokenCircle[];
}

/**
 * Reads every document and makes a forest of the parties that introduce or were introduced.
 * @throws RapportError `LIMIT_EXCEEDED` beyond {@link FOREST_PARTIES_MAX}
 */
export async function loadForest(
  documents: AsyncIterable<{ readonly key: string; readonly doc: JsonObject }>,
): Promise<Forest> {
  const edges = new Map<string, Introduction>();
  const kept = new Map<string, ReferralDocument>();
  for await (const { key, doc } of documents) {
    const one = doc as unknown as ReferralDocument;
    if (
      one.introducedBy === null &&
      one.made.referrals + one.made.recommendations + one.made.accepted + one.made.converted === 0
    )
      continue;
    if (kept.size >= FOREST_PARTIES_MAX)
      throw new RapportError(
        'LIMIT_EXCEEDED',
        `The forest has more than ${FOREST_PARTIES_MAX} parties: export subtrees.`,
      );
    kept.set(key, one);
    if (one.introducedBy !== null) edges.set(key, one.introducedBy);
  }
  const brokenCircles = circlesIn(edges);
  const cut = new Set(brokenCircles.map((circle) => circle.cut.party));
  return { parties: [...kept].map(([party, doc]) => forestParty(party, doc, cut.has(party))), brokenCircles };
}

/** Every circle among edges that lead from each party to at most one other. Linear time. */
export function circlesIn(edges: ReadonlyMap<string, Introduction>): readonly BrokenCircle[] {
  const done = new Set<string>();
  const circles: BrokenCircle[] = [];
  for (const start of edges.keys()) {
    const trail: { party: string; edge: Introduction }[] = [];
    const onTrail = new Map<string, number>();
    let party = start;
    for (
      let edge = edges.get(party);
      edge !== undefined && !done.has(party) && !onTrail.has(party);
      edge = edges.get(party)
    ) {
      onTrail.set(party, trail.length);
      trail.push({ party, edge });
      party = edge.by;
    }
    const begin = done.has(party) ? undefined : onTrail.get(party);
    if (begin !== undefined) circles.push(breakCircle(trail.slice(begin)));
    for (const one of trail) done.add(one.party);
  }
  return circles;
}

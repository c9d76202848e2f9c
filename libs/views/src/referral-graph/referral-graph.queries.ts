import { RapportError, type Answer, type Bounds, type ViewReader } from '@rapport/kernel';
import { generationsOf, structuralVirality } from '@rapport/methods';
import { addValues } from './forest-export.js';
import { forestParty, type ForestParty } from './forest.js';
import type {
  AncestorsAnswer,
  GenerationAnswer,
  PathAnswer,
  ReferralMetrics,
  ReferralOrder,
  SubtreeAnswer,
  TopReferrersAnswer,
} from './referral-answers.js';
import { referralGraph, type ReferralDocument } from './referral-graph.view.js';
import { introducedBy, isCut, walkUp, type Met } from './referral-walk.js';

/** Bounds of a walk: introductions up or down, and parties met. */
export const REFERRAL_DEPTH_MAX = 1_000;
export const REFERRAL_NODES_MAX = 100_000;
const DEPTH_DEFAULT = 100;
const NODES_DEFAULT = 10_000;

export interface WalkQuery {
  /** How many introductions deep; 100 unless given. */
  readonly depthMax?: number;
  /** How many parties at most; 10,000 unless given. Beyond it the answer is `LIMIT_EXCEEDED`. */
  readonly nodesMax?: number;
}

function limitsOf({ depthMax = DEPTH_DEFAULT, nodesMax = NODES_DEFAULT }: WalkQuery): Required<WalkQuery> {
  if (!Number.isInteger(depthMax) || depthMax < 0 || depthMax > REFERRAL_DEPTH_MAX)
    throw new RapportError('LIMIT_EXCEEDED', `depthMax is a whole number from 0 to ${REFERRAL_DEPTH_MAX}.`);
  if (!Number.isInteger(nodesMax) || nodesMax < 1 || nodesMax > REFERRAL_NODES_MAX)
    throw new RapportError('LIMIT_EXCEEDED', `nodesMax is a whole number from 1 to ${REFERRAL_NODES_MAX}.`);
  return { depthMax, nodesMax };
}

async function answering<T>(
  reader: ViewReader,
  party: string,
  bounds: Bounds,
  make: (party: string) => Promise<T>,
): Promise<Answer<T>> {
  const canonical = await reader.canonical(party, bounds);
  // The position first: what the walk then reads is at least as new.
  const { view, version, position } = await reader.document(referralGraph.name, canonical, bounds);
  return { view, version, position, bounds, value: await make(canonical) };
}

/**
 * Who introduced a party, who introduced that one, and so on.
 * @throws RapportError `LIMIT_EXCEEDED`
 */
export async function referralAncestors(
  reader: ViewReader,
  party: string,
  bounds: Bounds = {},
): Promise<Answer<AncestorsAnswer>> {
  return answering(reader, party, bounds, async (own) => {
    const { chain, circle } = await walkUp(reader, own, REFERRAL_DEPTH_MAX, bounds);
    return {
      chain: chain.map((met) => forestParty(met.party, met.doc, isCut(circle, met.party))),
      brokenCircle: circle ?? null,
    };
  });
}

/**
 * Everybody whom a party introduced, generation by generation.
 * @throws RapportError `LIMIT_EXCEEDED`
 * @example (await referralSubtree(ledger, 'c-1', { depthMax: 3 })).value.generations[1]?.count
 */
export async function referralSubtree(
  reader: ViewReader,
  party: string,
  query: WalkQuery = {},
  bounds: Bounds = {},
): Promise<Answer<SubtreeAnswer>> {
  const limits = limitsOf(query);
  return answering(reader, party, bounds, (root) => subtreeOf(reader, root, limits, bounds));
}

async function subtreeOf(
  reader: ViewReader,
  root: string,
  { depthMax, nodesMax }: Required<WalkQuery>,
  bounds: Bounds,
): Promise<SubtreeAnswer> {
  const { chain, circle } = await walkUp(reader, root, REFERRAL_DEPTH_MAX, bounds);
  const own: Met = chain[0] ?? { party: root, doc: undefined };
  const parties = [{ ...forestParty(root, own.doc, isCut(circle, root)), generation: 0 }];
  const levels: (readonly Met[])[] = [[own]];
  let level: readonly Met[] = [own];
  for (let generation = 1; level.length > 0; generation++) {
    const found = await introducedBy(reader, level, bounds, nodesMax);
    level = found.filter((met) => !isCut(circle, met.party));
    if (generation > depthMax) break;
    if (parties.length + level.length > nodesMax)
      throw new RapportError(
        'LIMIT_EXCEEDED',
        `The subtree of ${root} has more than ${nodesMax} parties: ask for less depth or for one of its branches.`,
      );
    for (const met of level) parties.push({ ...forestParty(met.party, met.doc), generation });
    if (level.length > 0) levels.push(level);
  }
  const complete = level.length === 0;
  return {
    root,
    parties,
    generations: levels.map((members, generation) =>
      generationOf(
        members,
        generation,
        levels[generation + 1]?.length ?? 0,
        complete || generation < levels.length - 1,
      ),
    ),
    complete,
    brokenCircle: circle ?? null,
  };
}

function generationOf(
  members: readonly Met[],
  generation: number,
  children: number,
  followed: boolean,
): GenerationAnswer {
  let value: ForestParty['value'] = [];
  for (const { doc } of members) value = addValues(value, doc?.value ?? []);
  return {
    generation,
    count: members.length,
    converted: members.filter(({ doc }) => (doc?.sales ?? 0) > 0).length,
    value,
    reproduction: followed ? children / members.length : null,
  };
}

/**
 * The way between two parties, over the one that introduced both.
 * @throws RapportError `LIMIT_EXCEEDED`
 */
export async function referralPath(
  reader: ViewReader,
  from: string,
  to: string,
  bounds: Bounds = {},
): Promise<Answer<PathAnswer>> {
  return answering(reader, from, bounds, async (start) => {
    const end = await reader.canonical(to, bounds);
    const up = (await walkUp(reader, start, REFERRAL_DEPTH_MAX, bounds)).chain.map((met) => met.party);
    const down = (await walkUp(reader, end, REFERRAL_DEPTH_MAX, bounds)).chain.map((met) => met.party);
    const places = new Map(down.map((party, index) => [party, index]));
    const common = up.find((party) => places.has(party));
    if (common === undefined) return { path: null, common: null };
    return {
      path: [...up.slice(0, up.indexOf(common)), ...down.slice(0, (places.get(common) ?? 0) + 1).reverse()],
      common,
    };
  });
}

/**
 * What a subtree amounts to: size, conversions, depth, value, R per generation, structural virality, cycle time.
 * @throws RapportError `LIMIT_EXCEEDED` when it is not met as a whole within the bounds
 */
export async function referralMetrics(
  reader: ViewReader,
  party: string,
  query: WalkQuery = {},
  bounds: Bounds = {},
): Promise<Answer<ReferralMetrics>> {
  const limits = limitsOf(query);
  return answering(reader, party, bounds, async (root) => {
    const { parties, generations, complete, brokenCircle } = await subtreeOf(reader, root, limits, bounds);
    if (!complete)
      throw new RapportError(
        'LIMIT_EXCEEDED',
        `The subtree of ${root} is deeper than ${limits.depthMax}: metrics are those of a whole subtree.`,
      );
    return { ...metricsOf(root, parties, generations), brokenCircle };
  });
}

function metricsOf(
  root: string,
  parties: readonly ForestParty[],
  generations: readonly GenerationAnswer[],
): Omit<ReferralMetrics, 'brokenCircle'> {
  const nodes = parties.map((one) => ({
    id: one.party,
    parent: one.party === root ? undefined : (one.introducedBy ?? undefined),
  }));
  const below = parties.filter((one) => one.party !== root);
  return {
    root,
    descendants: below.length,
    converted: below.filter((one) => one.sales > 0).length,
    depth: generationsOf(nodes).length - 1,
    value: below.reduce<ForestParty['value']>((sum, one) => addValues(sum, one.value), []),
    generations,
    structuralVirality: structuralVirality(nodes) ?? null,
    cycleTimeDays: cycleTimeDays(below),
  };
}

const MS_PER_DAY = 86_400_000;

/** Lower median of whole days between introduction and first sale. */
export function cycleTimeDays(parties: readonly ForestParty[]): number | null {
  const days = parties.flatMap(({ introducedAt, firstSaleAt }) =>
    introducedAt === null || firstSaleAt === null
      ? []
      : [Math.floor((Date.parse(firstSaleAt) - Date.parse(introducedAt)) / MS_PER_DAY)],
  );
  return days.sort((a, b) => a - b)[Math.floor((days.length - 1) / 2)] ?? null;
}

/**
 * Parties by the number of introductions, acceptances or conversions reported of them, highest first. Live only: an index
 * knows the present.
 * @throws RapportError `INVALID_CURSOR`, `LIMIT_EXCEEDED`
 */
export async function topReferrers(
  reader: ViewReader,
  query: { readonly by?: ReferralOrder; readonly countMax?: number; readonly after?: string } = {},
): Promise<Answer<TopReferrersAnswer>> {
  const { by = 'converted', countMax = 20, after } = query;
  if (!Number.isInteger(countMax) || countMax < 1 || countMax > 1_000)
    throw new RapportError('LIMIT_EXCEEDED', 'A page has 1 to 1,000 referrers.');
  const answer = await reader.find(referralGraph.name, {
    where: [{ field: by, op: 'exists', value: true }],
    sort: { field: by, direction: 'descending' },
    countMax,
    ...(after === undefined ? {} : { after }),
  });
  const { items, next } = answer.value;
  const referrers = items.map(({ key, doc }) => {
    const { made, sales, value } = doc as unknown as ReferralDocument;
    return { party: key, made, sales, value };
  });
  return { ...answer, value: { by, referrers, ...(next === undefined ? {} : { next }) } };
}

import type { Analysis } from '@rapport/kernel';
import { generationsOf, structuralVirality, type ForestNode, type Generation } from '@rapport/methods';
import { onlyTaken, wholeParameter } from '../analysis-parameters.js';
import { addValues } from './forest-export.js';
import { loadForest, type BrokenCircle, type ForestParty } from './forest.js';
import { referralGraph } from './referral-graph.view.js';

/** Parameters of the forest analysis, completed. */
export type ReferralForestParameters = { readonly treesMax: number };

/** One tree: who began it and what it amounts to. */
export type ReferralTree = {
  readonly root: string;
  readonly descendants: number;
  readonly converted: number;
  readonly depth: number;
  /** Of the descendants; minor units by currency. */
  readonly value: ForestParty['value'];
  readonly structuralVirality: number | null;
};

/** The whole forest of introductions. */
export type ReferralForestAnswer = {
  readonly parties: number;
  readonly introduced: number;
  /** Introduced parties with a sale. */
  readonly converted: number;
  readonly trees: number;
  /** Over all trees; generation 0 are those whom nobody introduced. */
  readonly generations: readonly Generation[];
  /** The largest trees, most descendants first. */
  readonly largest: readonly ReferralTree[];
  /** How many circles were reported; the first of them, broken. */
  readonly circles: number;
  readonly brokenCircles: readonly BrokenCircle[];
};

const CIRCLES_LISTED = 100;
const takes = { treesMax: 'how many of the largest trees to describe, 0 to 1000 (20 unless given)' } as const;

/** How far does word of mouth carry: trees, generations, reproduction number, structural virality? */
export const referralForestAnalysis: Analysis<ReferralForestParameters, ReferralForestAnswer> = {
  name: 'referral-forest',
  version: 1,
  description:
    'How far does word of mouth carry: trees, generations, reproduction number, structural virality?',
  takes,
  parameters: (raw) => {
    onlyTaken(raw, takes);
    return { treesMax: wholeParameter(raw, 'treesMax', 0, 1_000, 20) };
  },
  compute: async (source, { treesMax }) => {
    const { parties, brokenCircles } = await loadForest(source.documents(referralGraph.name));
    const introduced = parties.filter((one) => one.introducedBy !== null);
    const trees = treesOf(parties);
    const largest = trees
      .toSorted((a, b) => b.length - a.length || (rootOf(a) < rootOf(b) ? -1 : 1))
      .slice(0, treesMax);
    return {
      parties: parties.length,
      introduced: introduced.length,
      converted: introduced.filter((one) => one.sales > 0).length,
      trees: trees.length,
      generations: generationsOf(parties.map(nodeOf)),
      largest: largest.map(describe),
      circles: brokenCircles.length,
      brokenCircles: brokenCircles.slice(0, CIRCLES_LISTED),
    };
  },
};

const nodeOf = ({ party, introducedBy }: ForestParty): ForestNode => ({
  id: party,
  parent: introducedBy ?? undefined,
});
const rootOf = (tree: readonly ForestParty[]): string => tree[0]?.party ?? '';

/** The trees of a forest, each from its root down. */
function treesOf(parties: readonly ForestParty[]): readonly (readonly ForestParty[])[] {
  const known = new Set(parties.map((one) => one.party));
  const children = new Map<string, ForestParty[]>();
  const roots: ForestParty[] = [];
  for (const one of parties) {
    if (one.introducedBy === null || !known.has(one.introducedBy)) roots.push(one);
    else {
      const list = children.get(one.introducedBy);
      if (list === undefined) children.set(one.introducedBy, [one]);
      else list.push(one);
    }
  }
  return roots.map((root) => {
    const tree = [root];
    for (let i = 0; i < tree.length; i++)
      for (const child of children.get(tree[i]?.party ?? '') ?? []) tree.push(child);
    return tree;
  });
}

function describe(tree: readonly ForestParty[]): ReferralTree {
  const [, ...below] = tree;
  const nodes = tree.map(nodeOf);
  return {
    root: rootOf(tree),
    descendants: below.length,
    converted: below.filter((one) => one.sales > 0).length,
    depth: generationsOf(nodes).length - 1,
    value: below.reduce<ForestParty['value']>((sum, one) => addValues(sum, one.value), []),
    structuralVirality: structuralVirality(nodes) ?? null,
  };
}

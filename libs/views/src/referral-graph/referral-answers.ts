import type { BrokenCircle, ForestParty } from './forest.js';
import type { ReferralDocument } from './referral-graph.view.js';

/** The way from a party to the one that began its tree. */
export interface AncestorsAnswer {
  /** The party itself first, the root of its tree last. */
  readonly chain: readonly ForestParty[];
  readonly brokenCircle: BrokenCircle | null;
}

/** One generation of a subtree. */
export interface GenerationAnswer {
  /** 0 is the root alone. */
  readonly generation: number;
  readonly count: number;
  /** Those with a sale. */
  readonly converted: number;
  readonly value: ForestParty['value'];
  /** How many each member introduced on average: R. Null for a last generation that was not followed further. */
  readonly reproduction: number | null;
}

/** Everybody whom a party introduced, whom these introduced, and so on. */
export interface SubtreeAnswer {
  readonly root: string;
  /** Generation by generation, in the order of introduction. */
  readonly parties: readonly (ForestParty & { readonly generation: number })[];
  readonly generations: readonly GenerationAnswer[];
  /** Whether nobody lies deeper than the depth asked for. */
  readonly complete: boolean;
  readonly brokenCircle: BrokenCircle | null;
}

/** The way between two parties of one tree. */
export interface PathAnswer {
  /** From the first to the second, both included; null when they are in different trees. */
  readonly path: readonly string[] | null;
  /** The one of the path that introduced the others, directly or not. */
  readonly common: string | null;
}

/** What a subtree amounts to. */
export interface ReferralMetrics {
  readonly root: string;
  readonly descendants: number;
  readonly converted: number;
  readonly depth: number;
  /** Of the descendants, the root's own value left out; minor units by currency. */
  readonly value: ForestParty['value'];
  readonly generations: readonly GenerationAnswer[];
  /** Mean distance between all pairs (Goel et al. 2016); null for a lone party. */
  readonly structuralVirality: number | null;
  /** Whole days from introduction to first sale, lower median over the converted; null for none. */
  readonly cycleTimeDays: number | null;
  readonly brokenCircle: BrokenCircle | null;
}

/** Parties by what they report to have introduced, highest first. */
export interface TopReferrersAnswer {
  readonly by: ReferralOrder;
  readonly referrers: readonly {
    readonly party: string;
    readonly made: ReferralDocument['made'];
    readonly sales: number;
    readonly value: ForestParty['value'];
  }[];
  readonly next?: string;
}

export type ReferralOrder = 'introduced' | 'accepted' | 'converted';

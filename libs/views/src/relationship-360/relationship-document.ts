/** Where a statement comes from: the touchpoint's place in its own time. */
export type Cause = {
  readonly time: string;
  readonly source: string;
  readonly id: string;
  readonly kind: string;
};

/** Stages that a touchpoint brings about; `atRisk` and `dormant` come with time alone and are derived when asked. */
export type RecordedStage = 'prospect' | 'opened' | 'developing' | 'strong' | 'ended' | 'revived';
export type Stage = RecordedStage | 'atRisk' | 'dormant';

/** Days (UTC) on which something happened, as far as a cadence needs them. */
export type DayGaps = {
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  /** Distinct days. */
  readonly days: number;
  /** Days between the last distinct days, oldest first, at most {@link GAPS_MAX}. */
  readonly gaps: readonly number[];
};

/** How many gaps a cadence looks back. */
export const GAPS_MAX = 24;
/** How many open episodes, product lines, facts, roles, purposes and stage changes are listed; `beyond` counts further ones. */
export const LIST_MAX = 100;

/** A named thing with the touchpoint that made it known. */
export type Known = { readonly name: string; readonly cause: Cause };

export type OpenEpisode = {
  readonly episode: string;
  readonly family: string;
  readonly since: string;
  readonly last: string;
  readonly critical: boolean;
};

export type StageChange = { readonly stage: RecordedStage; readonly cause: Cause };

/** A list that never grows beyond {@link LIST_MAX}; what did not fit is counted. */
export type Bounded<T> = { readonly items: readonly T[]; readonly beyond: number };

/**
 * All that touchpoints say of one relationship. No clock: what depends on today is derived when asked. Every member is
 * always there (null when not known): documents of one shape are folded several times faster.
 */
export type RelationshipDocument = {
  readonly registered: Cause | null;
  readonly partyKind: string | null;
  readonly sector: string | null;
  readonly country: string | null;
  readonly mode: string | null;
  /** The party that this one is part of. */
  readonly partOf: string | null;
  /** How many registrations named this party as the whole they are part of. */
  readonly members: number;
  readonly roles: Bounded<Known>;
  readonly stage: RecordedStage;
  /** The latest changes, oldest first; `beyond` counts older ones. */
  readonly stageChanges: Bounded<StageChange>;
  readonly episodes: Bounded<OpenEpisode>;
  readonly consents: Bounded<Known & { readonly granted: boolean }>;
  readonly first: Cause | null;
  readonly lastInbound: Cause | null;
  readonly lastOutbound: Cause | null;
  readonly lastSale: Cause | null;
  readonly touchpoints: number;
  readonly inbound: number;
  readonly outbound: number;
  readonly nonSale: number;
  readonly sales: number;
  /** Contracts signed and subscriptions started, less those ended. */
  readonly bonds: number;
  readonly contactDays: DayGaps;
  readonly saleDays: DayGaps;
  readonly productLines: Bounded<string>;
  readonly facts: Bounded<Known>;
  /** Touchpoints in other streams that name this party. */
  readonly named: number;
};

/** A document on its way to the next: its members may be replaced, and are never changed inside, since some are shared. */
export type Draft = { -readonly [member in keyof RelationshipDocument]: RelationshipDocument[member] };

const EMPTY = { items: [], beyond: 0 } as const;
const NO_DAYS: DayGaps = { firstDay: null, lastDay: null, days: 0, gaps: [] };

export const emptyRelationship = (): RelationshipDocument => ({
  registered: null,
  partyKind: null,
  sector: null,
  country: null,
  mode: null,
  partOf: null,
  members: 0,
  roles: EMPTY,
  stage: 'prospect',
  stageChanges: EMPTY,
  episodes: EMPTY,
  consents: EMPTY,
  first: null,
  lastInbound: null,
  lastOutbound: null,
  lastSale: null,
  touchpoints: 0,
  inbound: 0,
  outbound: 0,
  nonSale: 0,
  sales: 0,
  bonds: 0,
  contactDays: NO_DAYS,
  saleDays: NO_DAYS,
  productLines: EMPTY,
  facts: EMPTY,
  named: 0,
});

/** Adds an item at the end; what does not fit is counted. */
export const withItem = <T>(list: Bounded<T>, item: T): Bounded<T> =>
  list.items.length >= LIST_MAX
    ? { items: list.items, beyond: list.beyond + 1 }
    : { items: [...list.items, item], beyond: list.beyond };

/** Adds an item at the end; the oldest makes room for it. */
export const withLatest = <T>(list: Bounded<T>, item: T): Bounded<T> =>
  list.items.length >= LIST_MAX
    ? { items: [...list.items.slice(1), item], beyond: list.beyond + 1 }
    : { items: [...list.items, item], beyond: list.beyond };

import type { Analysis, FoldView, Json, JsonObject, View } from '@rapport/kernel';
import { backtestAnalysis } from './backtest/backtest.analysis.js';
import { ledgerReportAnalysis } from './ledger-report/ledger-report.analysis.js';
import { referralForestAnalysis } from './referral-graph/referral-forest.analysis.js';
import { referralGraph } from './referral-graph/referral-graph.view.js';
import { relationship360 } from './relationship-360/relationship-360.view.js';
import { rfmAnalysis } from './rfm/rfm.analysis.js';
import { scoringRules } from './scoring-rules/scoring-rules.view.js';
import { signals } from './signals/signals.view.js';
import { timeline } from './timeline/timeline.view.js';

// The engine gives a view only documents that the view itself has made, and an analysis only parameters that it has
// completed: their types may be forgotten here, and here alone.
const fold = <D extends JsonObject>(view: FoldView<D>): View => view as unknown as View;
const analysis = <P, R extends Json>(one: Analysis<P, R>): Analysis => one as unknown as Analysis;

/** Every projection, in the order in which catalogues list them. A new view is one folder and one line. */
export const views: readonly View[] = [
  timeline,
  signals,
  fold(referralGraph),
  fold(relationship360),
  scoringRules,
];

/** Every computation over a population. */
export const analyses: readonly Analysis[] = [
  analysis(backtestAnalysis),
  analysis(rfmAnalysis),
  analysis(referralForestAnalysis),
  analysis(ledgerReportAnalysis),
];

export type { BacktestAnswer } from './backtest/backtest.analysis.js';
export { DEFAULT_RULES, LOYALTY_RULE_SET, defaultRulesTouchpoint } from './loyalty-score/default-rules.js';
export {
  compareRules,
  loyaltyScore,
  loyaltyTrend,
  whyLoyaltyScore,
  TREND_MONTHS_MAX,
  type ComparisonAnswer,
  type LoyaltyScoreAnswer,
  type ScoreQuery,
  type TrendAnswer,
  type WhyAnswer,
} from './loyalty-score/loyalty-score.queries.js';
export type { ScorePart } from './loyalty-score/loyalty-score.js';
export {
  readRules,
  readRuleVersions,
  type NamedRules,
  type RulesListed,
} from './loyalty-score/published-rules.js';
export { parseRules, type ScoringRules } from './loyalty-score/scoring-rules.js';
export type { Contribution } from './loyalty-score/why.js';
export type { LedgerReport } from './ledger-report/ledger-report.analysis.js';
export { partyReport, REPORT_EVENTS_MAX, type ReportQuery } from './party-report/party-report.js';
export { reportMarkdown } from './party-report/report-markdown.js';
export type { PartyReport, ReportPeriod, ReportSource } from './party-report/report-shape.js';
export { viewingTouchpoint, type Viewing, type ViewingGiven } from './party-report/viewing.js';
export { forestCsv, forestGraphMl, forestJson } from './referral-graph/forest-export.js';
export { loadForest, type BrokenCircle, type Forest, type ForestParty } from './referral-graph/forest.js';
export type {
  AncestorsAnswer,
  GenerationAnswer,
  PathAnswer,
  ReferralMetrics,
  ReferralOrder,
  SubtreeAnswer,
  TopReferrersAnswer,
} from './referral-graph/referral-answers.js';
export type { ReferralForestAnswer } from './referral-graph/referral-forest.analysis.js';
export {
  referralAncestors,
  referralMetrics,
  referralPath,
  referralSubtree,
  topReferrers,
  REFERRAL_DEPTH_MAX,
  REFERRAL_NODES_MAX,
  type WalkQuery,
} from './referral-graph/referral-graph.queries.js';
export {
  findRelationships,
  relationshipOn,
  EXPECTED_FACTS,
  type RelationshipAnswer,
  type RelationshipLine,
  type RelationshipsPage,
} from './relationship-360/relationship-360.queries.js';
export { STAGE_RULES } from './relationship-360/stage-rules.js';
export type { RfmAnswer } from './rfm/rfm.analysis.js';
export { LOYALTY_POLICY } from './scoring-rules/scoring-rules.view.js';
export {
  timelineDiff,
  type TimelineChange,
  type TimelineDiff,
  type TouchpointRef,
} from './timeline/timeline-diff.js';
export {
  partyTree,
  treeTimelinePage,
  TREE_DEPTH_MAX,
  TREE_PARTIES_MAX,
  type TreeMember,
  type TreeTimelinePage,
} from './timeline/timeline-tree.js';
export {
  timelineEpisodes,
  timelinePage,
  TIMELINE_PAGE_MAX,
  type EpisodeGroup,
  type EpisodePage,
  type TimelineItem,
  type TimelinePage,
  type TimelineQuery,
} from './timeline/timeline.queries.js';

import type { Analysis, FoldView, JsonObject, View } from '@rapport/kernel';
import { referralGraph } from './referral-graph/referral-graph.view.js';
import { relationship360 } from './relationship-360/relationship-360.view.js';
import { scoringRules } from './scoring-rules/scoring-rules.view.js';
import { signals } from './signals/signals.view.js';
import { timeline } from './timeline/timeline.view.js';

// The engine gives a view only documents that the view itself has made: their type may be forgotten here.
const fold = <D extends JsonObject>(view: FoldView<D>): View => view as unknown as View;

/** Every projection, in the order in which catalogues list them. A new view is one folder and one line. */
export const views: readonly View[] = [timeline, signals, fold(referralGraph), fold(relationship360), scoringRules];

/** Every computation over a population. */
export const analyses: readonly Analysis[] = [];

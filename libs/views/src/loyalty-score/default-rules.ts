import type { Touchpoint } from '@rapport/kernel';
import { LOYALTY_POLICY } from '../scoring-rules/scoring-rules.view.js';
import type { ScoringRules, SignalRule } from './scoring-rules.js';

/** Points in thousandths. */
const points = (value: number): number => value * 1_000;
const rule = (signal: string, weight: number, halfLifeDays: number, limit: number): SignalRule => ({
  signal,
  weight: points(weight),
  halfLifeDays,
  limit: points(limit),
});

/** Half a year: about a purchase cycle of durable custom; what was done earlier says ever less about what comes. */
const CYCLE = 180;
/** A year: advocacy, and harm, which is remembered longer than good. */
const YEAR = 365;
/** Two years: what was signed or agreed. */
const BOND = 730;

/** The name of the rule set that the loyalty score reads: its policy stream without the category. */
export const LOYALTY_RULE_SET = 'loyalty';

/**
 * Version 1 of the loyalty rules. The reasons for every weight stand in docs/explanation/loyalty-score.md; none was fitted
 * to a file. Signals that no kind of today gives weigh nothing until one does.
 */
export const DEFAULT_RULES: ScoringRules = {
  base: points(250),
  signals: [
    rule('sale', 60, CYCLE, 450),
    rule('sale.returned', -30, CYCLE, 150),
    rule('subscription.started', 60, YEAR, 120),
    rule('subscription.renewed', 80, YEAR, 160),
    rule('subscription.cancelled', -135, YEAR, 270),
    rule('offer.accepted', 15, CYCLE, 60),
    rule('offer.declined', -5, CYCLE, 30),
    rule('contact.inbound', 4, 90, 30),
    rule('inquiry', 5, 90, 30),
    rule('need.satisfied', 20, YEAR, 80),
    rule('complaint.minor', -30, YEAR, 150),
    rule('complaint.major', -90, YEAR, 300),
    rule('complaint.critical', -180, YEAR, 450),
    rule('complaint.remedied', 40, YEAR, 120),
    rule('complaint.satisfied', 20, YEAR, 60),
    rule('complaint.unsatisfied', -45, YEAR, 150),
    rule('complaint.disputed', -60, YEAR, 180),
    rule('support.requested', -3, 90, 30),
    rule('support.resolved', 5, 90, 40),
    rule('support.reopened', -15, CYCLE, 60),
    rule('survey.promoter', 40, CYCLE, 80),
    rule('survey.passive', 5, CYCLE, 20),
    rule('survey.detractor', -90, CYCLE, 180),
    rule('feedback', 5, CYCLE, 20),
    rule('recommendation.positive', 30, YEAR, 90),
    rule('recommendation.negative', -70, YEAR, 210),
    rule('referral.made', 25, YEAR, 75),
    rule('referral.accepted', 20, YEAR, 60),
    rule('referral.converted', 50, YEAR, 150),
    rule('contract.signed', 80, BOND, 120),
    rule('contract.renewed', 100, BOND, 150),
    rule('contract.terminated', -225, BOND, 400),
    rule('negotiation.abandoned', -30, CYCLE, 90),
    rule('obligation.fulfilled', 10, YEAR, 60),
    rule('obligation.missed', -45, YEAR, 180),
    rule('boundary.breached', -90, YEAR, 270),
    rule('dispute.opened', -90, YEAR, 270),
    rule('dispute.settled', 50, YEAR, 150),
    rule('relationship.closed', -300, BOND, 500),
    rule('relationship.revived', 150, YEAR, 250),
    rule('consent.withdrawn', -20, YEAR, 60),
    rule('fit.confirmed', 10, CYCLE, 40),
    rule('fit.failed', -20, CYCLE, 60),
    rule('preference', 3, YEAR, 15),
    rule('newsletter.unsubscribed', -15, CYCLE, 30),
    rule('tutorial.viewed', 4, 90, 20),
  ],
  amounts: [],
  cadence: { signal: 'sale', gapDaysDefault: CYCLE, gapsPrior: 4, bonus: points(60), endPercent: 200 },
  silence: {
    signals: ['sale', 'contact.inbound', 'contract.signed', 'contract.renewed'],
    startPercent: 200,
    fullPercent: 600,
    lossPercent: 50,
  },
  tiers: [
    { tier: 'basic', from: 0 },
    { tier: 'bronze', from: points(300) },
    { tier: 'silver', from: points(420) },
    { tier: 'gold', from: points(560) },
    { tier: 'platinum', from: points(720) },
  ],
  hysteresis: points(25),
};

/**
 * The touchpoint that publishes version 1 in a new ledger. Always the same, so that recording it twice changes nothing.
 * @example await ledger.record([defaultRulesTouchpoint()])
 */
export const defaultRulesTouchpoint = (): Touchpoint => ({
  id: 'loyalty-rules-1',
  source: 'urn:rapport:defaults',
  type: 'rapport.governance.ScoringRulesPublished.v1',
  subject: LOYALTY_POLICY,
  time: '2026-01-01T00:00:00.000Z',
  actorkind: 'system',
  actorid: 'rapport',
  data: { version: 1, rules: DEFAULT_RULES },
});

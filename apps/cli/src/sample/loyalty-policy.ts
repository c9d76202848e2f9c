import type { JsonObject } from '@rapport/kernel';

const rule = (signal: string, weight: number, halfLifeDays: number, limit: number): JsonObject => ({
  signal,
  weight: weight * 1_000,
  halfLifeDays,
  limit: limit * 1_000,
});

/**
 * Version 2 of the sample firm's loyalty rules; version 1 is Rapport's own. The firm trusts what people do more than what
 * they say, and counts a complaint that ended well as a gain.
 */
export const LOYALTY_RULES_2: JsonObject = {
  base: 200_000,
  signals: [
    rule('sale', 70, 180, 480),
    rule('sale.returned', -25, 180, 120),
    rule('subscription.started', 60, 365, 120),
    rule('subscription.renewed', 90, 365, 180),
    rule('subscription.cancelled', -140, 365, 280),
    rule('offer.accepted', 20, 180, 60),
    rule('inquiry', 5, 90, 30),
    rule('need.satisfied', 20, 365, 80),
    rule('complaint.minor', -25, 365, 120),
    rule('complaint.major', -80, 365, 280),
    rule('complaint.critical', -170, 365, 420),
    rule('complaint.remedied', 50, 365, 150),
    rule('complaint.satisfied', 60, 365, 150),
    rule('complaint.unsatisfied', -50, 365, 150),
    rule('complaint.disputed', -70, 365, 200),
    rule('support.resolved', 5, 90, 40),
    rule('support.reopened', -15, 180, 60),
    rule('survey.promoter', 25, 180, 60),
    rule('survey.detractor', -60, 180, 150),
    rule('recommendation.positive', 20, 365, 80),
    rule('recommendation.negative', -70, 365, 210),
    rule('referral.accepted', 20, 365, 60),
    rule('referral.converted', 80, 365, 220),
    rule('contract.signed', 80, 730, 120),
    rule('contract.renewed', 110, 730, 160),
    rule('contract.terminated', -225, 730, 400),
    rule('relationship.closed', -300, 730, 500),
    rule('relationship.revived', 120, 365, 220),
  ],
  amounts: [],
  cadence: { signal: 'sale', gapDaysDefault: 90, gapsPrior: 4, bonus: 60_000, endPercent: 200 },
  silence: {
    signals: ['sale', 'contract.signed', 'contract.renewed'],
    startPercent: 200,
    fullPercent: 600,
    lossPercent: 50,
  },
  tiers: [
    { tier: 'basic', from: 0 },
    { tier: 'bronze', from: 300_000 },
    { tier: 'silver', from: 420_000 },
    { tier: 'gold', from: 560_000 },
    { tier: 'platinum', from: 720_000 },
  ],
  hysteresis: 25_000,
};

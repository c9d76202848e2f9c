import type { Analysis } from '@rapport/kernel';
import { currencyParameter, dayParameter, onlyTaken, wholeParameter } from '../analysis-parameters.js';
import { busiestCurrency } from '../busiest-currency.js';
import { pickRules, publicationsFrom } from '../loyalty-score/published-rules.js';
import { LOYALTY_POLICY, scoringRules } from '../scoring-rules/scoring-rules.view.js';
import { signals } from '../signals/signals.view.js';
import { backtest, type BacktestResult } from './backtest.js';

/** Parameters of a back-test, completed. */
export type BacktestParameters = {
  readonly cut: string;
  readonly horizonDays: number;
  /** Null: the newest usable version. */
  readonly rules: number | null;
  /** Null: the currency with the most sales. */
  readonly currency: string | null;
};

/** A back-test with the rules it tested. */
export type BacktestAnswer = BacktestResult & { readonly ruleSet: string; readonly rulesVersion: number };

const takes = {
  cut: 'last UTC day that the score may see, like 1997-09-30',
  horizonDays: 'days after it within which a party has to buy again (1 to 3660, 273 unless given)',
  rules: 'version of the loyalty rules; the newest unless given',
  currency: 'currency of the monetary baselines; the one with the most sales unless given',
} as const;

/**
 * Would the loyalty score have told who buys again, and better than plain recency, frequency, RFM and BG/NBD?
 */
export const backtestAnalysis: Analysis<BacktestParameters, BacktestAnswer> = {
  name: 'backtest',
  version: 1,
  description: 'Would the loyalty score have told who buys again, better than plain rankings do?',
  takes,
  parameters: (raw) => {
    onlyTaken(raw, takes);
    return {
      cut: dayParameter(raw, 'cut'),
      horizonDays: wholeParameter(raw, 'horizonDays', 1, 3_660, 273),
      rules: raw['rules'] === undefined ? null : wholeParameter(raw, 'rules', 1, 1_000_000),
      currency: currencyParameter(raw, 'currency') ?? null,
    };
  },
  compute: async (source, { cut, horizonDays, rules, currency }) => {
    const named = pickRules(
      publicationsFrom(await source.entriesNow(scoringRules.name, LOYALTY_POLICY)),
      rules ?? undefined,
    );
    const question = {
      cutDay: cut,
      horizonDays,
      rules: named.rules,
      currency: currency ?? (await busiestCurrency(source.documents(signals.name))),
    };
    return {
      ...(await backtest(source.documents(signals.name), question)),
      ruleSet: named.ruleSet,
      rulesVersion: named.version,
    };
  },
};

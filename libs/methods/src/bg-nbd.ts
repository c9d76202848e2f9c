import { hypergeometric2F1 } from './hypergeometric.js';
import { logBeta, logGamma } from './log-gamma.js';

/**
 * Parameters of the BG/NBD model: purchase rates vary as gamma(r, alpha), the chance to leave after a purchase as
 * beta(a, b).
 */
export interface BgNbdParameters {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

/** What the model needs of one customer. Times are in the unit of the parameters (the paper: weeks). */
export interface RepeatHistory {
  /** Repeat purchases: distinct days of purchase after the first. */
  readonly frequency: number;
  /** Time from the first to the last purchase; 0 without a repeat purchase. */
  readonly recency: number;
  /** Time from the first purchase to the end of observation. */
  readonly age: number;
}

/**
 * The parameters that Fader, Hardie & Lee 2005 publish for CDNOW (weeks), to four places.
 */
export const BG_NBD_CDNOW: BgNbdParameters = { r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 };

/**
 * Log-likelihood of one customer's history.
 *
 * Source: Fader, Hardie & Lee 2005, Marketing Science 24(2), 275-284, equation 6, written with logarithms.
 * @example logLikelihoodOf(BG_NBD_CDNOW, { frequency: 0, recency: 0, age: 38.86 }) // r ln(alpha / (alpha + age))
 */
export function logLikelihoodOf(
  { r, alpha, a, b }: BgNbdParameters,
  { frequency: x, recency, age }: RepeatHistory,
): number {
  const rate = logGamma(r + x) - logGamma(r) + r * Math.log(alpha);
  const alive = logBeta(a, b + x) - logBeta(a, b) - (r + x) * Math.log(alpha + age);
  if (x === 0) return rate + alive;
  const left = logBeta(a + 1, b + x - 1) - logBeta(a, b) - (r + x) * Math.log(alpha + recency);
  const larger = Math.max(alive, left);
  return rate + larger + Math.log(Math.exp(alive - larger) + Math.exp(left - larger));
}

/**
 * Expected purchases of a new customer in a time: E[X(t)].
 *
 * Source: Fader, Hardie & Lee 2005, equation 9.
 * @example expectedPurchases(BG_NBD_CDNOW, 32) // 1.04
 */
export function expectedPurchases({ r, alpha, a, b }: BgNbdParameters, time: number): number {
  const ratio = alpha / (alpha + time);
  return (
    ((a + b - 1) / (a - 1)) * (1 - ratio ** r * hypergeometric2F1(r, b, a + b - 1, time / (alpha + time)))
  );
}

/**
 * Expected purchases in the next `time` of a customer with this history: E[Y(t) | x, t_x, T].
 *
 * Source: Fader, Hardie & Lee 2005, equation 10.
 * @example conditionalExpectedPurchases(BG_NBD_CDNOW, { frequency: 2, recency: 30.43, age: 38.86 }, 39) // 1.226
 */
export function conditionalExpectedPurchases(
  parameters: BgNbdParameters,
  history: RepeatHistory,
  time: number,
): number {
  const { r, alpha, a, b } = parameters;
  const { frequency: x, age } = history;
  const z = time / (alpha + age + time);
  const growth =
    1 - ((alpha + age) / (alpha + age + time)) ** (r + x) * hypergeometric2F1(r + x, b + x, a + b + x - 1, z);
  return ((a + b + x - 1) / (a - 1)) * growth * probabilityAlive(parameters, history);
}

/**
 * Chance that a customer with this history is still one. By the model's own assumption (nobody leaves before a
 * purchase) it is 1 without a repeat purchase: no use for telling single buyers apart.
 *
 * Source: Fader, Hardie & Lee 2005, note on P(active | r, alpha, a, b, x, t_x, T) (brucehardie.com/notes/021).
 * @example probabilityAlive(BG_NBD_CDNOW, { frequency: 2, recency: 30.43, age: 38.86 }) // 0.7266
 */
export function probabilityAlive(
  { r, alpha, a, b }: BgNbdParameters,
  { frequency: x, recency, age }: RepeatHistory,
): number {
  if (x === 0) return 1;
  const odds = Math.exp(
    Math.log(a) - Math.log(b + x - 1) + (r + x) * (Math.log(alpha + age) - Math.log(alpha + recency)),
  );
  return 1 / (1 + odds);
}

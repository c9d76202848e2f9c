import { logLikelihoodOf, type BgNbdParameters, type RepeatHistory } from './bg-nbd.js';
import { nelderMead } from './nelder-mead.js';

/** What a fit of the BG/NBD model found. */
export interface BgNbdFit {
  readonly parameters: BgNbdParameters;
  readonly logLikelihood: number;
  readonly customers: number;
  readonly converged: boolean;
}

/**
 * Fits the BG/NBD model by maximum likelihood: Nelder-Mead over the logarithms of the parameters, so that all stay
 * positive. Equal histories are counted once with their number, which changes no result and saves most of the work.
 *
 * Source: Fader, Hardie & Lee 2005, Marketing Science 24(2), 275-284, section 4.
 * @throws RangeError without a customer
 * @example fitBgNbd([{ frequency: 2, recency: 30.43, age: 38.86 }, { frequency: 0, recency: 0, age: 38.86 }]).converged
 */
export function fitBgNbd(histories: readonly RepeatHistory[]): BgNbdFit {
  if (histories.length === 0) throw new RangeError('a fit needs customers');
  const distinct = new Map<string, { readonly history: RepeatHistory; count: number }>();
  for (const history of histories) {
    const key = `${history.frequency}|${history.recency}|${history.age}`;
    const known = distinct.get(key);
    if (known === undefined) distinct.set(key, { history, count: 1 });
    else known.count++;
  }
  const weighted = [...distinct.values()];
  const minimum = nelderMead(
    (point) => {
      const parameters = parametersOf(point);
      let sum = 0;
      for (const { history, count } of weighted) sum += count * logLikelihoodOf(parameters, history);
      // The mean, not the sum: the tolerance then means the same whatever the size of the file.
      return -sum / histories.length;
    },
    [0, 0, 0, 0],
  );
  return {
    parameters: parametersOf(minimum.point),
    logLikelihood: -minimum.value * histories.length,
    customers: histories.length,
    converged: minimum.converged,
  };
}

const parametersOf = ([r = 0, alpha = 0, a = 0, b = 0]: readonly number[]): BgNbdParameters => ({
  r: Math.exp(r),
  alpha: Math.exp(alpha),
  a: Math.exp(a),
  b: Math.exp(b),
});

/**
 * Area under the ROC curve: the chance that a case that came true was ranked above one that did not, ties counting half.
 * Computed from the rank sum with average ranks for ties.
 *
 * Source: Hanley & McNeil 1982, Radiology 143(1), 29-36; Mann & Whitney 1947 (the same statistic).
 * @returns 0 … 1, or undefined when all outcomes are alike
 * @example areaUnderCurve([1, 2, 2, 3], [false, false, true, true]) // 0.875
 */
export function areaUnderCurve(scores: readonly number[], outcomes: readonly boolean[]): number | undefined {
  if (scores.length !== outcomes.length) throw new RangeError('every score needs an outcome');
  const order = Array.from(scores.keys()).sort((a, b) => at(scores, a) - at(scores, b));
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    const value = at(scores, at(order, start));
    let end = start;
    let tied = 0;
    for (; end < order.length && at(scores, at(order, end)) === value; end++)
      if (outcomes[at(order, end)] === true) tied++;
    rankSum += tied * ((start + 1 + end) / 2);
    positives += tied;
    start = end;
  }
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

const at = (values: readonly number[], index: number): number => values[index] ?? Number.NaN;

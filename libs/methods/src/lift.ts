/** How much better the top of a ranking does than the whole. */
export type Lift = {
  /** Cases in the top; cases tied at its edge count in part. */
  readonly count: number;
  /** Share of the top that came true. */
  readonly rateTop: number;
  /** Share of all that came true. */
  readonly rateAll: number;
  /** rateTop / rateAll. */
  readonly lift: number;
};

/**
 * Lift of the top part of a ranking (by default the top decile). Where the edge falls among equal scores, each of them
 * counts in part, so the result depends on no order among ties.
 *
 * Source: gains and lift, Berry & Linoff, Data Mining Techniques, 1997, ch. 6.
 * @returns undefined when nothing came true
 * @example liftOfTop([4, 3, 2, 1], [true, false, false, false], 0.25)?.lift // 4
 */
export function liftOfTop(
  scores: readonly number[],
  outcomes: readonly boolean[],
  share = 0.1,
): Lift | undefined {
  if (scores.length !== outcomes.length) throw new RangeError('every score needs an outcome');
  const groups = new Map<number, { count: number; positives: number }>();
  let positives = 0;
  for (const [index, score] of scores.entries()) {
    const group = groups.get(score) ?? { count: 0, positives: 0 };
    group.count++;
    if (outcomes[index] === true) {
      group.positives++;
      positives++;
    }
    groups.set(score, group);
  }
  if (positives === 0) return undefined;
  const count = scores.length * share;
  let left = count;
  let found = 0;
  for (const [, group] of [...groups].sort(([a], [b]) => b - a)) {
    const taken = Math.min(left, group.count);
    found += (group.positives * taken) / group.count;
    left -= taken;
    if (left <= 0) break;
  }
  const rateTop = found / count;
  const rateAll = positives / scores.length;
  return { count, rateTop, rateAll, lift: rateTop / rateAll };
}

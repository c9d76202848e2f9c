/** One bin of a calibration table: what was predicted and what came. */
export type CalibrationBin = {
  readonly count: number;
  readonly scoreMin: number;
  readonly scoreMax: number;
  readonly scoreMean: number;
  readonly positives: number;
  /** Share of the bin that came true, 0 … 1. */
  readonly rate: number;
};

/**
 * Splits cases into bins of (nearly) equal size by score, lowest first, and gives the share that came true in each.
 * Equal scores are never parted: a bin ends where the score changes, so there may be fewer bins than asked for.
 *
 * Source: reliability table, Murphy & Winkler 1977, Applied Statistics 26(1), 41-47.
 * @example calibrationTable([1, 2, 3, 4], [false, false, true, true], 2).map((bin) => bin.rate) // [0, 1]
 */
export function calibrationTable(
  scores: readonly number[],
  outcomes: readonly boolean[],
  bins: number,
): readonly CalibrationBin[] {
  if (scores.length !== outcomes.length) throw new RangeError('every score needs an outcome');
  const cases = scores
    .map((score, index) => ({ score, positive: outcomes[index] === true }))
    .sort((a, b) => a.score - b.score);
  const table: CalibrationBin[] = [];
  let current: { score: number; positive: boolean }[] = [];
  for (const [index, one] of cases.entries()) {
    current.push(one);
    const next = cases[index + 1];
    const full = (index + 1) * bins >= (table.length + 1) * cases.length;
    if (next !== undefined && (!full || next.score === one.score)) continue;
    table.push(binOf(current));
    current = [];
  }
  return table;
}

function binOf(cases: readonly { readonly score: number; readonly positive: boolean }[]): CalibrationBin {
  let sum = 0;
  let positives = 0;
  let scoreMin = Infinity;
  let scoreMax = -Infinity;
  for (const { score, positive } of cases) {
    sum += score;
    if (positive) positives++;
    scoreMin = Math.min(scoreMin, score);
    scoreMax = Math.max(scoreMax, score);
  }
  return {
    count: cases.length,
    scoreMin,
    scoreMax,
    scoreMean: sum / cases.length,
    positives,
    rate: positives / cases.length,
  };
}

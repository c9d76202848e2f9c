import { GAPS_MAX, type DayGaps } from './relationship-document.js';

/** Notes that something happened on a day (day number); days come in ascending order. */
export function withDay(known: DayGaps, day: number): DayGaps {
  if (known.lastDay === day) return known;
  if (known.lastDay === null) return { firstDay: day, lastDay: day, days: 1, gaps: [] };
  const gaps = known.gaps.length >= GAPS_MAX ? known.gaps.slice(1) : known.gaps.slice();
  gaps.push(day - known.lastDay);
  return { firstDay: known.firstDay ?? day, lastDay: day, days: known.days + 1, gaps };
}

/**
 * The lower median of whole numbers: an element of the list, so that no half days arise; undefined for none.
 * @example medianGap([10, 40, 20, 30]) // 20
 */
export function medianGap(gaps: readonly number[]): number | undefined {
  return gaps.toSorted((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)];
}

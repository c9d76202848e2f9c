const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Upper bounds of the histogram in milliseconds, both named and measured. */
const BUCKETS = [
  ['beforeItsTime', -1],
  ['within1Minute', MINUTE],
  ['within1Hour', HOUR],
  ['within1Day', DAY],
  ['within7Days', 7 * DAY],
  ['within30Days', 30 * DAY],
  ['within365Days', 365 * DAY],
  ['later', Infinity],
] as const;

/** How many touchpoints were recorded how long after they happened. */
export type LateArrivals = { readonly [bucket in (typeof BUCKETS)[number][0]]: number };

/** Counts by how long after its time a touchpoint was recorded; a time ahead of the ledger's clock counts apart. */
export class LateArrivalCounter {
  private readonly counts = new Array<number>(BUCKETS.length).fill(0);

  add(time: string, recordedat: string): void {
    const delayMs = Date.parse(recordedat) - Date.parse(time);
    const bucket = BUCKETS.findIndex(([, max]) => delayMs <= max);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
  }

  get result(): LateArrivals {
    return Object.fromEntries(
      BUCKETS.map(([name], index) => [name, this.counts[index] ?? 0]),
    ) as LateArrivals;
  }
}

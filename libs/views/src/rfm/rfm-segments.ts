/** One segment of the RFM plane: the first whose ranges hold the party's recency and frequency fifths. */
export interface SegmentDefinition {
  readonly segment: string;
  readonly meaning: string;
  /** Lowest and highest fifth, both included. */
  readonly recency: readonly [number, number];
  readonly frequency: readonly [number, number];
}

/** Raised when a definition changes, so that an answer always says which definitions it used. */
export const SEGMENTS_VERSION = 1;

/** Every (recency, frequency) cell lies in exactly one segment. */
export const SEGMENTS: readonly SegmentDefinition[] = [
  { segment: 'champions', meaning: 'bought lately and often', recency: [4, 5], frequency: [4, 5] },
  { segment: 'loyal', meaning: 'buy often, the last time a while ago', recency: [3, 3], frequency: [4, 5] },
  { segment: 'growing', meaning: 'bought lately, some times', recency: [4, 5], frequency: [2, 3] },
  { segment: 'new', meaning: 'bought lately, hardly ever before', recency: [4, 5], frequency: [1, 1] },
  {
    segment: 'wavering',
    meaning: 'some purchases, the last a while ago',
    recency: [3, 3],
    frequency: [2, 3],
  },
  { segment: 'fading', meaning: 'hardly any purchase, a while ago', recency: [3, 3], frequency: [1, 1] },
  {
    segment: 'slipping',
    meaning: 'bought most often of all, but long ago',
    recency: [1, 2],
    frequency: [5, 5],
  },
  { segment: 'atRisk', meaning: 'bought often, but long ago', recency: [1, 2], frequency: [3, 4] },
  { segment: 'asleep', meaning: 'few purchases, long ago', recency: [1, 2], frequency: [1, 2] },
];

const within = (fifth: number, [low, high]: readonly [number, number]): boolean =>
  fifth >= low && fifth <= high;

/** The segment of a party by its fifths. @example segmentOf(5, 5) // 'champions' */
export function segmentOf(recency: number, frequency: number): string {
  const found = SEGMENTS.find((one) => within(recency, one.recency) && within(frequency, one.frequency));
  if (found === undefined) throw new RangeError('fifths are 1 to 5');
  return found.segment;
}

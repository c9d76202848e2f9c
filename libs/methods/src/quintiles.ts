/**
 * Quintiles by rank, 1 (lowest fifth) to 5 (highest): floor(5 × rank / n) + 1 with ranks from 0. Equal values are ranked
 * in the order in which they are given (stable), so a caller who orders its cases by key gets the same groups every time.
 *
 * Source: Hughes, Strategic Database Marketing, 1994 (the RFM "hard coding by fifths").
 * @param values the higher, the better
 * @example rankQuintiles([10, 20, 30, 40, 50]) // [1, 2, 3, 4, 5]
 */
export function rankQuintiles(values: readonly number[]): readonly number[] {
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
  const quintiles = new Array<number>(values.length).fill(0);
  for (const [rank, index] of order.entries()) quintiles[index] = Math.floor((5 * rank) / values.length) + 1;
  return quintiles;
}

/** How recency, frequency and money are cut into fifths. */
export type QuintileMethod = 'independent' | 'nested';

/** Recency, frequency and money of one case; the higher, the better (a later last purchase is higher). */
export interface Rfm {
  readonly recency: number;
  readonly frequency: number;
  readonly money: number;
}

/**
 * RFM quintiles. `independent`: each value is cut over the whole population. `nested`: frequency is cut within each
 * recency fifth, money within each (recency, frequency) cell. Ties as in {@link rankQuintiles}.
 *
 * Source: Hughes 1994 (nested); Miglautsch 2000, J. Database Marketing 8(1), 67-72 (both compared).
 * @example rfmQuintiles([{ recency: 1, frequency: 1, money: 1 }], 'nested') // [{ recency: 1, frequency: 1, money: 1 }]
 */
export function rfmQuintiles(cases: readonly Rfm[], method: QuintileMethod): readonly Rfm[] {
  const recency = rankQuintiles(cases.map((one) => one.recency));
  const within = (cells: readonly string[], value: (one: Rfm) => number): readonly number[] => {
    const result = new Array<number>(cases.length).fill(0);
    const members = new Map<string, number[]>();
    for (const [index, cell] of cells.entries()) {
      const list = members.get(cell);
      if (list === undefined) members.set(cell, [index]);
      else list.push(index);
    }
    for (const indexes of members.values()) {
      const quintiles = rankQuintiles(indexes.map((index) => valueAt(cases, index, value)));
      for (const [rank, index] of indexes.entries()) result[index] = quintiles[rank] ?? 0;
    }
    return result;
  };
  const whole = cases.map(() => '');
  const frequency = within(method === 'nested' ? recency.map(String) : whole, (one) => one.frequency);
  const money = within(
    method === 'nested' ? recency.map((r, index) => `${r}.${frequency[index] ?? 0}`) : whole,
    (one) => one.money,
  );
  return cases.map((_, index) => ({
    recency: recency[index] ?? 0,
    frequency: frequency[index] ?? 0,
    money: money[index] ?? 0,
  }));
}

function valueAt(cases: readonly Rfm[], index: number, value: (one: Rfm) => number): number {
  const one = cases[index];
  return one === undefined ? 0 : value(one);
}

/** What a figure must reach, and what we want it to reach. */
export type Bound = { readonly atLeast: number } | { readonly atMost: number };

/** One measured value with what it is held against. */
export interface Figure {
  readonly name: string;
  readonly unit: 'ratio' | 'ms' | 'MB';
  readonly value: number;
  readonly must: Bound;
  readonly goal: Bound;
  /** What the value was made of, so that a reader can judge it: both sides of a ratio, counts, conditions. */
  readonly detail: Readonly<Record<string, number | string>>;
}

/** How much is measured; a benchmark has its own defaults. */
export interface BenchOptions {
  readonly events?: number;
  readonly rounds?: number;
}

/** A named benchmark. */
export interface Bench {
  readonly name: string;
  /** One sentence: what is measured against what. */
  readonly measures: string;
  readonly run: (options: BenchOptions, fixtures: Fixtures) => Promise<readonly Figure[]>;
}

/** Ledgers that several benchmarks of one run share. */
export interface Fixtures {
  /** A data folder whose tenant `main` holds so many generated touchpoints, with views up to date. */
  ledger(events: number): Promise<string>;
  /** A new empty folder, removed when the run ends. */
  folder(name: string): string;
  /** Takes over a folder with so many events and views up to date, for `ledger` to give. */
  adopt(events: number, folder: string): void;
}

/** Whether a value keeps a bound. */
export const keeps = (value: number, bound: Bound): boolean =>
  'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;

/** `kept` the goal, `must` only, or `missed`. */
export function verdictOf({ value, must, goal }: Figure): 'goal' | 'must' | 'missed' {
  if (keeps(value, goal)) return 'goal';
  return keeps(value, must) ? 'must' : 'missed';
}

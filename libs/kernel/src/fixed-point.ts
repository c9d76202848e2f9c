/** What one whole is in fixed-point results: a million. */
export const ONE = 1_000_000;

const STEPS = 1024;
const SCALE = 10n ** 30n;

/**
 * 2^(−i/1024) for i = 0 … 1023 in millionths, made with whole numbers only (ten integer square roots of one half and
 * products), so that any machine has the same table.
 */
const HALVING: readonly number[] = buildHalving();

function buildHalving(): number[] {
  let root = SCALE / 2n;
  for (let i = 0; i < 10; i++) root = integerSqrt(root * SCALE);
  const table: number[] = [];
  let value = SCALE;
  for (let i = 0; i < STEPS; i++) {
    table.push(Number((value * BigInt(ONE) + SCALE / 2n) / SCALE));
    value = (value * root) / SCALE;
  }
  return table;
}

function integerSqrt(n: bigint): bigint {
  let x = n;
  let y = (x + 1n) / 2n;
  while (y < x) {
    x = y;
    y = (x + n / x) / 2n;
  }
  return x;
}

/**
 * Exponential decay by half-life, in millionths: 2^(−days/halfLifeDays), from an integer table.
 * @param days whole days, 0 or more @param halfLifeDays whole days, 1 or more
 * @example decay(180, 180) // 500000
 */
export function decay(days: number, halfLifeDays: number): number {
  const steps = Math.floor((days * STEPS) / halfLifeDays);
  const whole = Math.floor(steps / STEPS);
  if (whole > 40) return 0;
  return Math.floor((HALVING[steps % STEPS] as number) / 2 ** whole);
}

/** Adds two integers of a tally; beyond 2^53 the sum is a decimal text. */
export function addIntegers(a: number | string, b: number | string): number | string {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  const sum = BigInt(a) + BigInt(b);
  return sum >= BigInt(Number.MIN_SAFE_INTEGER) && sum <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(sum)
    : sum.toString();
}

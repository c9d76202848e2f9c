const TERMS_MAX = 200_000;
const PRECISION = 1e-16;

/**
 * Gauss' hypergeometric function 2F1(a, b; c; z) for positive parameters and z below 1.
 *
 * The defining series converges for |z| < 1 but slowly near 1, where Euler's transformation
 * 2F1(a, b; c; z) = (1 − z)^(c−a−b) 2F1(c−a, c−b; c; z) makes terms fall faster when c < a + b; for z < −1/2 Pfaff's
 * transformation brings the argument into (0, 1).
 *
 * Source: Abramowitz & Stegun 15.1.1, 15.3.3, 15.3.4; how to evaluate it for BG/NBD: Fader, Hardie & Lee 2005, note 4.
 * @throws RangeError when z is 1 or more, or the series does not settle
 * @example hypergeometric2F1(1, 1, 2, 0.5) // 2 ln 2 = 1.386…
 */
export function hypergeometric2F1(a: number, b: number, c: number, z: number): number {
  if (!(z < 1)) throw new RangeError('2F1 is evaluated for z < 1');
  if (z < -0.5) return (1 - z) ** -b * hypergeometric2F1(c - a, b, c, z / (z - 1));
  if (z > 0.5 && c < a + b) return (1 - z) ** (c - a - b) * series(c - a, c - b, c, z);
  return series(a, b, c, z);
}

function series(a: number, b: number, c: number, z: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 0; n < TERMS_MAX; n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
    // Terms may grow before they fall: only a falling, negligible term ends the sum.
    if (
      Math.abs(term) <= PRECISION * Math.abs(sum) &&
      Math.abs(((a + n + 1) * (b + n + 1) * z) / ((c + n + 1) * (n + 2))) < 1
    )
      return sum;
  }
  throw new RangeError('2F1 did not settle');
}

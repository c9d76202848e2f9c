/** Where a search ended. */
export interface Minimum {
  readonly point: readonly number[];
  readonly value: number;
  readonly iterations: number;
  /** Whether both tolerances were met before the iterations ran out. */
  readonly converged: boolean;
}

type Vertex = { readonly point: readonly number[]; readonly value: number };

/**
 * Minimises a function without derivatives by the downhill simplex method, with the coefficients of the paper
 * (reflection 1, expansion 2, contraction 1/2, shrink 1/2). Deterministic.
 *
 * Source: Nelder & Mead 1965, The Computer Journal 7(4), 308-313.
 * @example nelderMead(([x = 0]) => (x - 3) ** 2, [0]).point[0] // 3.000…
 */
export function nelderMead(
  of: (point: readonly number[]) => number,
  start: readonly number[],
  {
    step = 0.5,
    tolerance = 1e-10,
    iterationsMax = 5_000,
  }: { readonly step?: number; readonly tolerance?: number; readonly iterationsMax?: number } = {},
): Minimum {
  const vertexAt = (point: readonly number[]): Vertex => {
    const value = of(point);
    return { point, value: Number.isNaN(value) ? Infinity : value };
  };
  let simplex: Vertex[] = [
    vertexAt(start),
    ...start.map((_, axis) => vertexAt(start.map((x, i) => (i === axis ? x + step : x)))),
  ];
  for (let iterations = 0; ; iterations++) {
    simplex.sort((a, b) => a.value - b.value);
    const best = simplex[0];
    const worst = simplex[simplex.length - 1];
    const second = simplex[simplex.length - 2] ?? best;
    if (best === undefined || worst === undefined || second === undefined)
      throw new RangeError('a search needs at least one dimension');
    const converged = isSmall(simplex, best, worst, tolerance);
    if (converged || iterations >= iterationsMax)
      return { point: best.point, value: best.value, iterations, converged };
    const centroid = start.map(
      (_, i) => simplex.slice(0, -1).reduce((sum, vertex) => sum + (vertex.point[i] ?? 0), 0) / start.length,
    );
    const along = (factor: number): Vertex =>
      vertexAt(centroid.map((c, i) => c + factor * ((worst.point[i] ?? 0) - c)));
    const replacement = replacementOf(along, best, second, worst);
    if (replacement === undefined)
      simplex = simplex.map((vertex) =>
        vertex === best ? best : vertexAt(vertex.point.map((x, i) => (x + (best.point[i] ?? 0)) / 2)),
      );
    else simplex = [...simplex.slice(0, -1), replacement];
  }
}

/** The vertex that takes the worst one's place; undefined when the simplex has to shrink. */
function replacementOf(
  along: (factor: number) => Vertex,
  best: Vertex,
  second: Vertex,
  worst: Vertex,
): Vertex | undefined {
  const reflected = along(-1);
  if (reflected.value < best.value) {
    const expanded = along(-2);
    return expanded.value < reflected.value ? expanded : reflected;
  }
  if (reflected.value < second.value) return reflected;
  const contracted = along(reflected.value < worst.value ? -0.5 : 0.5);
  return contracted.value < Math.min(reflected.value, worst.value) ? contracted : undefined;
}

function isSmall(simplex: readonly Vertex[], best: Vertex, worst: Vertex, tolerance: number): boolean {
  if (Math.abs(worst.value - best.value) > tolerance * (Math.abs(best.value) + tolerance)) return false;
  const spread = Math.max(
    ...simplex.map((vertex) => Math.max(...vertex.point.map((x, i) => Math.abs(x - (best.point[i] ?? 0))))),
  );
  return spread <= Math.sqrt(tolerance);
}

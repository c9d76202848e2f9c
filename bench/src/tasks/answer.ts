/** What the runner asked of this task. */
export const input = <T>(): T => JSON.parse(process.argv[2] ?? '{}') as T;

/** Tells the runner the result. */
export function answer(value: unknown): void {
  process.send?.({ value });
}

/** Milliseconds that some work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

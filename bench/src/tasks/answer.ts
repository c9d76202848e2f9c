import { readFileSync } from 'node:fs';

/** What the runner asked. */
export const asked = <T>(): T => JSON.parse(process.argv[2] ?? '{}') as T;

/** What the runner asked of this task, which ends at once when the runner does. */
export function input<T>(): T {
  process.once('disconnect', () => process.exit(1));
  process.channel?.unref(); // waiting for that keeps no task alive
  return asked<T>();
}

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

/** The most memory that this process ever held (Linux: VmHWM; elsewhere what getrusage says). */
export function peakMegabytes(): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line !== null) return Number(line[1]) / 1_024;
  } catch {
    // not Linux
  }
  return process.resourceUsage().maxRSS / 1_024;
}

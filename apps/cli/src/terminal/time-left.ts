const SECONDS_PER_MINUTE = 60;
/** Before so much has passed a rate says little. */
const MEASURED_MS_MIN = 2_000;

/**
 * Estimates when long work of several stages will be done, from the pace of the stage that it is in.
 * @param now milliseconds on a clock that only goes forward
 * @returns gives what to add to a progress bar: `, about 3 min left`, or nothing while it cannot be told
 */
export function timeLeft(now: () => number): (stage: string, done: number, total: number) => string {
  let begun: { readonly stage: string; readonly done: number; readonly atMs: number } | undefined;
  return (stage, done, total) => {
    if (begun?.stage !== stage || done < begun.done) begun = { stage, done, atMs: now() };
    const passedMs = now() - begun.atMs;
    if (passedMs < MEASURED_MS_MIN || done <= begun.done || done >= total) return '';
    const seconds = Math.ceil((passedMs / 1_000 / (done - begun.done)) * (total - done));
    return seconds < SECONDS_PER_MINUTE
      ? `, about ${seconds} s left`
      : `, about ${Math.ceil(seconds / SECONDS_PER_MINUTE)} min left`;
  };
}

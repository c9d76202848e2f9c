import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, but not beyond an abort: what that means is the caller's to say. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}

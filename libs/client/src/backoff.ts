import type { ErrorCode } from '@rapport/kernel';
import { RapportError } from './rapport-error.js';

const FIRST_PAUSE_MS = 100;
const PAUSE_MS_MAX = 10_000;

const TRANSIENT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SERVER_UNREACHABLE',
  'OVERLOADED',
  'SHUTTING_DOWN',
  'STORE_UNAVAILABLE',
  'LEASE_LOST',
  'VIEW_BEHIND',
]);
const TRANSIENT_STATUS: ReadonlySet<unknown> = new Set([429, 503, 504]);

/** Whether the same request may succeed later, unchanged: the network failed, or the answer was 429, 503 or 504. */
export const isTransient = (error: unknown): boolean =>
  error instanceof RapportError &&
  error.code !== 'WAIT_TIMEOUT' &&
  (TRANSIENT.has(error.code) || TRANSIENT_STATUS.has(error.facts?.['status']));

const TOO_LARGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BODY_TOO_LARGE',
  'APPEND_TOO_LARGE',
  'BATCH_TOO_LARGE',
  'LIMIT_EXCEEDED',
]);

/** Whether a smaller batch may succeed. */
export const isTooLarge = (error: unknown): error is RapportError =>
  error instanceof RapportError && TOO_LARGE.has(error.code);

/**
 * How long to wait before the next attempt: doubling from 100 ms to 10 s, with full jitter, so that many clients of a
 * server that comes back do not all arrive at once; never less than the server asks for.
 */
export function backoffMs(attempt: number, askedMs?: number): number {
  const ceiling = Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 20));
  return Math.max(askedMs ?? 0, FIRST_PAUSE_MS / 2 + Math.random() * ceiling);
}

/** Waits, unless the signal aborts first: then it throws the signal's reason. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

import type { ShownEvent as Shown } from '@rapport/kernel';
import { backoffMs, isTransient, pause } from './backoff.js';
import { sendOnce, type Connection, type Request } from './http.js';
import { RapportError } from './rapport-error.js';
import { serverSentEvents } from './sse.js';

/** A recorded event as the server shows it: positions are decimal texts. */
export type ShownEvent = Omit<Shown, 'position'> & { readonly position: string };

/** Silence longer than this means that the connection is dead: the server sends a heartbeat every 15 s. */
const SILENCE_MS_MAX = 45_000;

/**
 * Follows the ledger: every event once, in order, from after a position on. When the connection breaks it resumes after
 * the last event given, with growing pauses, until it has given up for `giveUpAfterMs` or the signal aborts.
 * @param requestAfter the request that opens the feed after a position
 */
export async function* liveFeed(
  connection: Connection,
  requestAfter: (after: string | undefined) => Request,
  options: { readonly after?: string; readonly signal?: AbortSignal },
): AsyncGenerator<ShownEvent> {
  let after = options.after;
  let attempt = 0;
  let lastHeardMs = performance.now();
  while (options.signal?.aborted !== true) {
    const watch = new AbortController();
    const stop = (): void => watch.abort();
    options.signal?.addEventListener('abort', stop, { once: true });
    try {
      const response = await sendOnce(
        connection,
        { ...requestAfter(after), signal: watch.signal },
        Number.POSITIVE_INFINITY,
      );
      if (response.body === null)
        throw new RapportError('SERVER_UNREACHABLE', 'The live feed came without a body.');
      for await (const { event, data, lastEventId } of serverSentEvents(watched(response.body, watch))) {
        attempt = 0;
        lastHeardMs = performance.now();
        if (event !== 'touchpoint' && event !== 'message') continue;
        const shown = JSON.parse(data) as ShownEvent;
        yield shown;
        after = lastEventId ?? shown.position;
      }
    } catch (error) {
      if (isAborted(options.signal)) return;
      if (error instanceof RapportError && !isTransient(error)) throw error;
      if (performance.now() - lastHeardMs > connection.giveUpAfterMs) throw error;
    } finally {
      options.signal?.removeEventListener('abort', stop);
      watch.abort();
    }
    await pause(backoffMs(attempt++), options.signal).catch(() => undefined);
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** Gives the bytes on and breaks the connection off when none have come for too long. */
function watched(body: ReadableStream<Uint8Array>, watch: AbortController): ReadableStream<Uint8Array> {
  let timer = setTimeout(() => watch.abort(), SILENCE_MS_MAX);
  // A feed that was ended must not keep its process for as long as silence is borne.
  watch.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        clearTimeout(timer);
        timer = setTimeout(() => watch.abort(), SILENCE_MS_MAX);
        controller.enqueue(chunk);
      },
      flush: () => clearTimeout(timer),
    }),
  );
}

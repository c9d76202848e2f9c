import type { MessageEvent } from '@nestjs/common';
import { RapportError } from '@rapport/kernel';
import type { Ledger } from '@rapport/ledger';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  filter,
  finalize,
  interval,
  map,
  merge,
  Observable,
  Subject,
  takeUntil,
  type Subscriber,
} from 'rxjs';
import { rejectionOfError } from '../errors/rejection-of-error.js';
import { showEvent } from '../server/json-text.js';
import type { ServerContext } from '../server/server-context.js';

export interface LiveFeedOptions {
  readonly context: ServerContext;
  readonly ledger: Ledger;
  readonly after: bigint;
  readonly types?: readonly string[];
  /** The response that the feed is written to: its buffers say whether the client keeps up. */
  readonly response: ServerResponse;
}

/** After so many events the socket gets a turn to write. */
const EVENTS_PER_TURN = 128;
/** How long a client that was told to go may still read why. */
const FAREWELL_MS = 5_000;

/**
 * The ledger as server-sent events: catches up after a position, then follows. Events are read from the ledger only as
 * fast as the client takes them, so a slow client costs no memory; one that takes nothing for too long is told so and
 * disconnected. It resumes where it stood: the `id` of every message is a position.
 */
export function liveFeed(options: LiveFeedOptions): Observable<MessageEvent> {
  const { context, response } = options;
  const ended = new Subject<void>();
  const touchpoints = new Observable<MessageEvent>((subscriber) => {
    if (!context.takeLiveFeed()) {
      subscriber.error(
        new RapportError('OVERLOADED', 'As many live feeds are open as the server keeps: try again later.'),
      );
      return undefined;
    }
    const over = new AbortController();
    const end = (): void => over.abort();
    context.stopSignal.addEventListener('abort', end, { once: true });
    if (context.isStopping) end();
    void follow(options, subscriber, over.signal);
    return () => {
      context.stopSignal.removeEventListener('abort', end);
      context.releaseLiveFeed();
      end();
    };
  }).pipe(finalize(() => ended.next()));
  const heartbeats = interval(context.settings.limits.heartbeatMs).pipe(
    filter(() => !response.writableNeedDrain),
    map((): MessageEvent => ({ comment: 'alive' })),
    takeUntil(ended),
  );
  return merge(touchpoints, heartbeats);
}

async function follow(
  options: LiveFeedOptions,
  subscriber: Subscriber<MessageEvent>,
  signal: AbortSignal,
): Promise<void> {
  const { context, ledger, after, types, response } = options;
  const { liveStallMs } = context.settings.limits;
  let last = after;
  // Every message has an id of ours, or the client would resume from one that the framework made up.
  const say = (type: string, data: object): void => subscriber.next({ id: last.toString(), type, data });
  try {
    let sent = 0;
    for await (const event of ledger.follow({ after, ...(types === undefined ? {} : { types }) }, signal)) {
      if (subscriber.closed) return;
      last = event.position;
      subscriber.next({ id: last.toString(), data: JSON.stringify(showEvent(event)) });
      if (++sent % EVENTS_PER_TURN === 0) await nextTurn();
      if (response.writableNeedDrain && !(await drainsWithin(response, liveStallMs, signal))) {
        say('slow', {
          message: `Nothing was read for ${liveStallMs} ms: connect again with the last id, and read faster.`,
        });
        setTimeout(() => response.destroy(), FAREWELL_MS).unref();
        break;
      }
    }
    if (context.isStopping)
      say('stopping', { message: 'The server is stopping: connect again with the last id.' });
  } catch (error) {
    if (context.isStopping)
      say('stopping', { message: 'The server is stopping: connect again with the last id.' });
    else if (!signal.aborted) {
      const rejection = rejectionOfError(error);
      say('error', {
        code: rejection?.code ?? 'INTERNAL',
        message: rejection?.message ?? 'The feed broke: connect again with the last id.',
      });
    }
  }
  subscriber.complete();
}

/** Whether the response takes more within a time; true as well when the feed has ended meanwhile. */
function drainsWithin(response: ServerResponse, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (drained: boolean) => (): void => {
      clearTimeout(timer);
      response.off('drain', yes).off('close', yes);
      signal.removeEventListener('abort', yes);
      resolve(drained);
    };
    const yes = settle(true);
    const timer = setTimeout(settle(false), timeoutMs);
    response.once('drain', yes).once('close', yes);
    signal.addEventListener('abort', yes, { once: true });
  });
}

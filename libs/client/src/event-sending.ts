import type { ErrorCode, JsonObject } from '@rapport/kernel';
import type { CompleteEvent } from './event-input.js';
import { send, type Connection } from './http.js';
import type { Outcome } from './outcome.js';

/** Events that a server takes in one batch. */
const BATCH_EVENTS_MAX = 1_000;

type ServerOutcome =
  | {
      readonly status: 'recorded' | 'duplicate';
      readonly id: string;
      readonly source: string;
      readonly subject: string;
      readonly revision: number;
      readonly position: string;
    }
  | {
      readonly status: 'rejected';
      readonly code: ErrorCode;
      readonly message: string;
      readonly pointer?: string;
    };

/**
 * Sends events until the server has answered for each: a batch whose answer got lost is sent again with the same ids, and
 * then answers `duplicate` for what had been recorded.
 */
export async function recordAll(
  connection: Connection,
  events: readonly (CompleteEvent | JsonObject)[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let start = 0; start < events.length; start += BATCH_EVENTS_MAX) {
    const batch = events.slice(start, start + BATCH_EVENTS_MAX);
    const answer = await send(connection, {
      method: 'POST',
      path: '/v1/events',
      contentType: 'application/cloudevents-batch+json',
      body: JSON.stringify(batch),
    });
    outcomes.push(...(answer as { readonly outcomes: readonly ServerOutcome[] }).outcomes.map(outcomeOf));
  }
  return outcomes;
}

function outcomeOf(outcome: ServerOutcome): Outcome {
  if (outcome.status === 'rejected') {
    const { code, message, pointer } = outcome;
    return {
      status: 'rejected',
      rejection: { code, message, ...(pointer === undefined ? {} : { pointer }) },
    };
  }
  const { status, id, source, subject, revision, position } = outcome;
  return { status, id, source, subject, revision, position };
}

import { RapportError, reject, type Rejection, type Touchpoint } from '@rapport/kernel';
import type { RecordOutcome } from '../ledger.js';
import type { EventStore, StoredEvent } from '../ports/index.js';
import { asSaid, contentOf, decodeEvent } from './event-body.js';
import type { Candidate } from './planned-append.js';
import type { StreamState } from './stream-state.js';

/** A touchpoint whose identity its stream holds already, at this revision. */
export interface Repeat {
  readonly candidate: Candidate;
  readonly state: StreamState;
  readonly revision: number;
}

/**
 * Answers the same identities again: with the first outcome where they say the same, with a refusal where they do not.
 * @param isOvertaken whether a failure means that the append of the first one was overtaken, and may be tried again
 * @returns those to decide about again
 */
export async function answerRepeats(
  store: EventStore,
  repeats: readonly Repeat[],
  outcomes: RecordOutcome[],
  isOvertaken: (error: unknown) => boolean,
): Promise<readonly Candidate[]> {
  const overtaken: Candidate[] = [];
  const durable: (Repeat & { readonly position: bigint })[] = [];
  for (const repeat of repeats) {
    try {
      // Nothing is acknowledged before it is durable, not even a repeat.
      durable.push({ ...repeat, position: await repeat.state.positionAt(repeat.revision) });
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      overtaken.push(repeat.candidate);
    }
  }
  const stored = new Map(
    (await store.readAt(durable.map(({ position }) => position))).map((event) => [event.position, event]),
  );
  for (const { candidate, revision, position } of durable) {
    const first = stored.get(position);
    if (first === undefined)
      throw new RapportError(
        'STORE_CORRUPT',
        `The ledger holds nothing at position ${position}, although it was recorded: run \`rapport doctor\`.`,
      );
    outcomes[candidate.index] = repeated(candidate.touchpoint, revision, first);
  }
  return overtaken;
}

function repeated(touchpoint: Touchpoint, revision: number, first: StoredEvent): RecordOutcome {
  const { subject, source, id } = touchpoint;
  const { id: eventId, position } = first;
  if (contentOf(touchpoint) === contentOf(asSaid(decodeEvent(first))))
    return { status: 'duplicate', eventId, source, id, subject, revision, position };
  return { status: 'rejected', rejection: reused(subject, revision, position) };
}

const reused = (subject: string, revision: number, position: bigint): Rejection =>
  reject(
    'EVENT_ID_REUSED',
    `This source and id stand in ${subject} at revision ${revision} with other content: send a change as a correction, or use a new id.`,
    {
      pointer: '/id',
      facts: { revision, position: position.toString() },
    },
  ).rejection;

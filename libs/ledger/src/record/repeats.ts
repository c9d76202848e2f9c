import {
  RapportError,
  reject,
  splitPersonal,
  type OpenedEvent,
  type RecordedEvent,
  type Rejection,
  type Touchpoint,
} from '@rapport/kernel';
import type { RecordOutcome } from '../ledger.js';
import type { EventStore } from '../ports/index.js';
import { asSaid, contentOf, decodeEvent } from './event-body.js';
import type { Candidate, PlannedAppend } from './planned-append.js';
import type { StreamState } from './stream-state.js';

/** A touchpoint whose identity its stream holds already, at this revision. */
export interface Repeat {
  readonly candidate: Candidate;
  readonly state: StreamState;
  readonly revision: number;
}

/** The touchpoints of an append whose ids another process has recorded before. */
export const repeatsOf = ({ candidates, state, firstRevision }: PlannedAppend): readonly Repeat[] =>
  candidates.map((candidate, place) => ({ candidate, state, revision: firstRevision + place }));

/**
 * Answers the same identities again: with the first outcome where they say the same, with a refusal where they do not.
 * @param open reads the personal values of what was recorded, which a repeat is compared with
 * @param isOvertaken whether a failure means that the append of the first one was overtaken, and may be tried again
 * @returns those to decide about again
 */
export async function answerRepeats(
  store: EventStore,
  open: (events: readonly RecordedEvent[]) => Promise<readonly OpenedEvent[]>,
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
  const recorded = (await store.readAt(durable.map(({ position }) => position))).map(decodeEvent);
  const stored = new Map((await open(recorded)).map((event) => [event.position, event]));
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

function repeated(touchpoint: Touchpoint, revision: number, first: OpenedEvent): RecordOutcome {
  const { subject, source, id } = touchpoint;
  const { eventId, position, unreadable, erased = [] } = first;
  if (unreadable?.[0] !== undefined) {
    const { code, message } = unreadable[0];
    return { status: 'rejected', rejection: { code, message } };
  }
  // What was erased is left out on both sides: nobody knows any more what it said.
  const said = { ...touchpoint, data: splitPersonal(erased.map(atAnyIndex), touchpoint.data).data };
  if (contentOf(said) === contentOf(asSaid(first)))
    return { status: 'duplicate', eventId, source, id, subject, revision, position };
  return { status: 'rejected', rejection: reused(subject, revision, position) };
}

const atAnyIndex = (pointer: string): string => pointer.replaceAll(/\/\d+(?=\/)/g, '/*');

const reused = (subject: string, revision: number, position: bigint): Rejection =>
  reject(
    'EVENT_ID_REUSED',
    `This source and id stand in ${subject} at revision ${revision} with other content: send a change as a correction, or use a new id.`,
    {
      pointer: '/id',
      facts: { revision, position: position.toString() },
    },
  ).rejection;

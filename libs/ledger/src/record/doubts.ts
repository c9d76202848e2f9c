import type { Rejection } from '@rapport/kernel';
import type { RecordOutcome } from '../ledger.js';
import type { EventStore } from '../ports/index.js';
import type { Candidate } from './planned-append.js';
import type { StreamState } from './stream-state.js';

/**
 * A rejection that rests on what is known of a stream. What stands is appended under an expectation, so it cannot rest on
 * an old state; a rejection appends nothing, and another process may have recorded what would have let it pass.
 */
export interface Doubt {
  readonly candidate: Candidate;
  readonly state: StreamState;
  /** The stream's last revision when it was decided. */
  readonly revision: number;
  readonly rejection: Rejection;
}

/**
 * Rejects what is to be rejected after all that its stream holds now.
 * @param forget is told of the streams that others have written to
 * @param isOvertaken whether a failure means that an append which the decision rests on was overtaken
 * @returns those to decide about again
 */
export async function settleDoubts(
  store: EventStore,
  doubts: readonly Doubt[],
  outcomes: RecordOutcome[],
  forget: (stream: string) => void,
  isOvertaken: (error: unknown) => boolean,
): Promise<readonly Candidate[]> {
  const last = new Map<StreamState, Doubt>();
  for (const doubt of doubts) last.set(doubt.state, doubt);
  const stale = new Set<StreamState>();
  for (const [state, doubt] of last) {
    try {
      if (await isUpToDate(store, doubt)) continue;
    } catch (error) {
      if (!isOvertaken(error)) throw error;
    }
    stale.add(state);
    forget(doubt.candidate.touchpoint.subject);
  }
  for (const { candidate, state, rejection } of doubts)
    if (!stale.has(state)) outcomes[candidate.index] = { status: 'rejected', rejection };
  return doubts.filter(({ state }) => stale.has(state)).map(({ candidate }) => candidate);
}

/** Whether nobody else has written behind what was known: what this process itself has sent on since does not count. */
async function isUpToDate(store: EventStore, { candidate, state, revision }: Doubt): Promise<boolean> {
  if (revision >= 0) await state.positionAt(revision); // what is on its way may still be overtaken
  const { events } = await store.readStream(candidate.touchpoint.subject, {
    from: revision + 1,
    countMax: 1,
  });
  for await (const { id } of events) return state.revisionOf(id) === revision + 1;
  return true;
}

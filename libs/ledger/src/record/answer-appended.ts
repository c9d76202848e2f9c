import type { RecordOutcome } from '../ledger.js';
import type { Appended, EventToAppend } from '../ports/index.js';
import type { Candidate, PlannedAppend } from './planned-append.js';

/** Puts down what became of the touchpoints of an append. */
export function answerAppended(
  { stream, firstRevision, events, candidates }: PlannedAppend,
  { positions }: Appended,
  outcomes: RecordOutcome[],
): void {
  for (let place = 0; place < candidates.length; place++) {
    const { index, touchpoint } = candidates[place] as Candidate;
    outcomes[index] = {
      status: 'recorded',
      eventId: (events[place] as EventToAppend).id,
      source: touchpoint.source,
      id: touchpoint.id,
      subject: stream,
      revision: firstRevision + place,
      position: positions[place] as bigint,
    };
  }
}

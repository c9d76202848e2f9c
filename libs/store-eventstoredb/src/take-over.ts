import { RapportError } from '@rapport/kernel';
import type { SaltedEvent } from '@rapport/ledger';
import { APPEND_BYTES_MAX, APPEND_EVENTS_MAX } from '@rapport/ledger/ports';

/** At least one event. */
type Run = readonly [SaltedEvent, ...SaltedEvent[]];

/** What each event needs in the server beside its type and body. */
const EVENT_BYTES = 256;

/** Events in their order, those behind one another in a stream together, as many as an append may hold. */
export function* runsOf(events: readonly SaltedEvent[]): Generator<Run> {
  let run: [SaltedEvent, ...SaltedEvent[]] | undefined;
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.type) * 2 + Buffer.byteLength(event.body) + EVENT_BYTES;
    const last = run?.at(-1);
    if (
      run !== undefined &&
      run.length < APPEND_EVENTS_MAX &&
      bytes + size <= APPEND_BYTES_MAX &&
      last?.stream === event.stream &&
      last.revision + 1 === event.revision
    ) {
      run.push(event);
      bytes += size;
      continue;
    }
    if (run !== undefined) yield run;
    run = [event];
    bytes = size;
  }
  if (run !== undefined) yield run;
}

/** @throws RapportError `WRONG_EXPECTED_REVISION` when what stands there has the same ids, and is something else */
export function sameEvents(taken: readonly SaltedEvent[], standing: readonly SaltedEvent[]): void {
  taken.forEach((event, index) => {
    const found = standing[index];
    if (
      found?.body === event.body &&
      found.type === event.type &&
      found.recordedAtMs === event.recordedAtMs &&
      Buffer.compare(found.salt, event.salt) === 0
    )
      return;
    throw new RapportError(
      'WRONG_EXPECTED_REVISION',
      `Event ${event.revision} of ${event.stream} was taken over from another ledger, or recorded here, with other content: begin with a tenant that is empty.`,
      { facts: { expected: event.revision - 1, actual: event.revision } },
    );
  });
}

import { RapportError } from '@rapport/kernel';
import type { SaltedEvent } from '@rapport/ledger';
import { APPEND_BYTES_MAX, APPEND_EVENT_OVERHEAD_BYTES, APPEND_EVENTS_MAX } from '@rapport/ledger/ports';

/** Events in their order, those behind one another in a stream together, as many as an append may hold. */
export function* runsOf(events: readonly SaltedEvent[]): Generator<readonly SaltedEvent[]> {
  let run: SaltedEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.type) + Buffer.byteLength(event.body) + APPEND_EVENT_OVERHEAD_BYTES;
    const last = run.at(-1);
    if (
      run.length < APPEND_EVENTS_MAX &&
      bytes + size <= APPEND_BYTES_MAX &&
      last?.stream === event.stream &&
      last.revision + 1 === event.revision
    ) {
      run.push(event);
      bytes += size;
      continue;
    }
    if (run.length > 0) yield run;
    run = [event];
    bytes = size;
  }
  if (run.length > 0) yield run;
}

/** How many events of a run the stream seems to hold already, by what an append of all of them was told; 0 when none. */
export function heldOf(run: readonly SaltedEvent[], error: unknown): number {
  if (!(error instanceof RapportError) || error.code !== 'WRONG_EXPECTED_REVISION') return 0;
  const actual = error.facts?.['actual'];
  const held = typeof actual === 'number' ? actual + 1 - (run[0]?.revision ?? 0) : 0;
  return held > 0 && held < run.length ? held : 0;
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

import type { RecordedEvent } from '@rapport/kernel';
import type { EventStore } from '../ports/index.js';
import { decodeEvent } from '../record/event-body.js';

/** A batch of large events ends early, so that memory stays bounded. */
const BATCH_BYTES = 16 * 1_048_576;

/** The next events after a position, at most so many. */
export async function readBatch(
  events: EventStore,
  after: bigint,
  countMax: number,
): Promise<readonly RecordedEvent[]> {
  const recorded: RecordedEvent[] = [];
  let bytes = 0;
  for await (const stored of events.readAll({ after, countMax })) {
    recorded.push(decodeEvent(stored));
    bytes += stored.body.length;
    if (bytes > BATCH_BYTES) break;
  }
  return recorded;
}

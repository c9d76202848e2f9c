import type { SaltedEvent } from '@rapport/ledger';
import type { TenantSource, TenantTarget } from './move-places.js';

/** Events taken over before it is told how far it has come; fewer where they are large. */
const EVENTS_PER_STEP = 250;
const UNITS_PER_STEP = 4 * 1_048_576;

/** What was taken over. */
export interface MovedEvents {
  readonly count: number;
  /** Position in the source of the last event that the target holds now. */
  readonly position: bigint;
}

/**
 * Takes over the events after a position, one behind the other: leaves are numbered by the order in which the target's store
 * has the events, which nothing puts right later.
 */
export async function moveEvents(
  { events }: Pick<TenantSource, 'events'>,
  target: Pick<TenantTarget, 'takeOver'>,
  after: bigint,
  onEvents: (count: number) => void,
  signal: AbortSignal | undefined,
): Promise<MovedEvents> {
  let [count, position] = [0, after];
  for await (const some of steps(events.readSalted({ after }))) {
    signal?.throwIfAborted();
    await target.takeOver(some);
    position = some.at(-1)?.position ?? position;
    onEvents((count += some.length));
  }
  return { count, position };
}

async function* steps(events: AsyncIterable<SaltedEvent>): AsyncGenerator<readonly SaltedEvent[]> {
  let step: SaltedEvent[] = [];
  let units = 0;
  for await (const event of events) {
    step.push(event);
    units += event.body.length;
    if (step.length < EVENTS_PER_STEP && units < UNITS_PER_STEP) continue;
    yield step;
    [step, units] = [[], 0];
  }
  if (step.length > 0) yield step;
}

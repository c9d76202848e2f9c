import type { OpenedEvent, RecordedEvent } from '@rapport/kernel';
import { openEvents } from '../personal/open-events.js';
import type { OpenKeys } from '../personal/sealing.js';
import type { KnownParty } from './eraser.js';

/** Everything that the ledger holds about a person. */
export interface PersonalData {
  /** The id that stands for the party. */
  readonly party: string;
  /** Every id that was merged into it. */
  readonly persons: readonly string[];
  /** How many events concern them. */
  readonly count: number;
  /** These events in ledger order, read as they are asked for; personal values of others who stand in them stay sealed. */
  readonly events: AsyncIterable<OpenedEvent>;
}

const EVENTS_PER_READ = 200;

/** Reads what concerns a party, a few hundred events at a time. */
export async function* personalEvents(
  { persons, positions }: KnownParty,
  read: (positions: readonly bigint[]) => Promise<readonly RecordedEvent[]>,
  keys: OpenKeys,
  tenant: string,
): AsyncGenerator<OpenedEvent> {
  const own = new Set(persons);
  for (let at = 0; at < positions.length; at += EVENTS_PER_READ) {
    const events = await read(positions.slice(at, at + EVENTS_PER_READ));
    const opened = await openEvents(
      keys,
      tenant,
      events.map((event) => onlyOf(own, event)),
    );
    for (const [index, event] of events.entries())
      yield { ...(opened[index] ?? event), ...(event.sealed === undefined ? {} : { sealed: event.sealed }) };
  }
}

function onlyOf(persons: ReadonlySet<string>, { sealed, ...event }: RecordedEvent): RecordedEvent {
  const own = sealed?.filter(({ subject }) => persons.has(subject));
  return own === undefined || own.length === 0 ? event : { ...event, sealed: own };
}

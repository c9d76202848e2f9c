import {
  RapportError,
  type Kinds,
  type OpenedEvent,
  type PartyId,
  type RecordedEvent,
  type View,
} from '@rapport/kernel';
import type { KnownParty } from '../erase/eraser.js';
import { personalEvents, type PersonalData } from '../erase/personal-data.js';
import type { EventStore, Head, ViewStore } from '../ports/index.js';
import { decodeEvent } from '../record/event-body.js';
import { Reader } from '../replay/reader.js';
import { openedStream, openEvents } from './open-events.js';
import type { OpenKeys } from './sealing.js';

/** What is read, and with what. */
export interface PersonalReaderParts {
  readonly tenant: string;
  readonly events: EventStore;
  /** For reading; only the projector writes. */
  readonly viewStore: ViewStore;
  readonly kinds: Kinds;
  readonly views: readonly View[];
  readonly keys: OpenKeys;
}

/** How long the views are waited for where everything about a party must be known. */
const KNOWN_WAIT_MS_MAX = 30_000;

/** Answers that hold personal values. */
export abstract class PersonalReader extends Reader {
  readonly tenant: string;
  private readonly keys: OpenKeys;

  constructor({ tenant, events, viewStore, kinds, views, keys }: PersonalReaderParts) {
    super(events, viewStore, kinds, views);
    this.tenant = tenant;
    this.keys = keys;
  }

  abstract head(): Promise<Head>;
  abstract waitFor(position: bigint, timeoutMs: number): Promise<bigint>;

  withPersonal(events: readonly RecordedEvent[]): Promise<readonly OpenedEvent[]> {
    return openEvents(this.keys, this.tenant, events);
  }

  withPersonalEach(events: AsyncIterable<RecordedEvent>): AsyncIterable<OpenedEvent> {
    return openedStream(this.keys, this.tenant, events);
  }

  async personalData(asked: PartyId): Promise<PersonalData> {
    const known = await this.known(asked);
    const { party, persons, positions } = known;
    const read = async (at: readonly bigint[]) => (await this.events.readAt(at)).map(decodeEvent);
    const events = personalEvents(known, read, this.keys, this.tenant);
    return { party, persons, count: positions.length, events };
  }

  /** A party with all that was recorded until now. */
  async known(asked: PartyId): Promise<KnownParty> {
    await this.waitFor((await this.head()).position, KNOWN_WAIT_MS_MAX);
    const { until, parties } = await this.knowledge({});
    const party = parties.canonical(asked);
    const persons = parties.members(party);
    const positions = await this.store.history(persons, until);
    if (positions.length === 0)
      throw new RapportError(
        'PARTY_NOT_FOUND',
        'No event of the ledger concerns this party: check the id, which is what stands behind "relationship/" in a subject.',
      );
    return { party, persons, positions };
  }

  async *readStream(subject: string): AsyncGenerator<RecordedEvent> {
    for await (const stored of (await this.events.readStream(subject)).events) yield decodeEvent(stored);
  }
}

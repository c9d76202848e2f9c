import {
  ERASURE_SOURCE,
  RapportError,
  type Kinds,
  type OpenedEvent,
  type PartyId,
  type RecordedEvent,
  type View,
} from '@rapport/kernel';
import { keyOwnerOf } from '@rapport/privacy';
import type { KnownParty } from '../erase/eraser.js';
import type { ErasureRules, KeyCheck } from '../erase/erasure.js';
import { personalEvents, type PersonalData } from '../erase/personal-data.js';
import type { EventStore, Head, ViewStore } from '../ports/index.js';
import { decodeEvent } from '../record/event-body.js';
import { Replayer } from '../replay/replayer.js';
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
  readonly erasure: ErasureRules;
}

/** How long the views are waited for where everything about a party must be known. */
const KNOWN_WAIT_MS_MAX = 30_000;

/** Answers that hold personal values. */
export abstract class PersonalReader extends Replayer {
  readonly tenant: string;
  private readonly keys: OpenKeys;
  private readonly erasureType: string;

  constructor({ tenant, events, viewStore, kinds, views, keys, erasure }: PersonalReaderParts) {
    super(events, viewStore, kinds, views);
    this.tenant = tenant;
    this.keys = keys;
    this.erasureType = erasure.type;
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

  async checkKeys(): Promise<KeyCheck> {
    const keys = await this.keys();
    const told = new Set<string>();
    for await (const stored of this.events.readAll({ types: [this.erasureType] })) {
      const { source, subject } = decodeEvent(stored);
      if (source === ERASURE_SOURCE) told.add(keyOwnerOf(subject));
    }
    const untold: string[] = [];
    let erased = 0;
    for await (const { person } of keys.tombstones()) {
      erased++;
      if (!told.has(person)) untold.push(person);
    }
    return { keys: await keys.checkAll(), erased, untold };
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

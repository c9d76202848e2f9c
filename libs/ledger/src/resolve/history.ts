import { compareTimeOrder, type EffectiveEvent, type Kinds, type RecordedEvent } from '@rapport/kernel';
import type { EventStore, MergeRecord, ViewStore } from '../ports/index.js';
import { decodeEvent } from '../record/event-body.js';
import { effectiveEvent, Parties, targetKey, targetKeyOf } from './resolution.js';

/** How many events are held at once while histories are read. */
const EVENTS_PER_READ = 2_000;

/** What is known of corrections and merges at one position, beyond what the store's index holds already. */
export interface Knowledge {
  readonly until: bigint;
  readonly parties: Parties;
  /** Corrections of the batch under way, by target; not yet in the index. */
  readonly underWay?: ReadonlyMap<string, readonly RecordedEvent[]>;
}

/** Reads events back as views see them: resolved at a position. */
export class History {
  private mergesKnown: readonly MergeRecord[] | undefined;
  private correctionsSeen = false;
  private partiesAt: { until: bigint; parties: Parties } | undefined;

  constructor(
    private readonly events: EventStore,
    private readonly views: ViewStore,
    readonly kinds: Kinds,
  ) {}

  /** Knowledge at a position, from the index alone; the index must reach that far. */
  async knowledge(until: bigint): Promise<Knowledge> {
    const merges = (this.mergesKnown ??= await this.views.merges());
    if (this.partiesAt?.until !== until) this.partiesAt = { until, parties: new Parties(merges, until) };
    return { until, parties: this.partiesAt.parties };
  }

  /** Forgets merges read so far: the index has moved. */
  refresh(): void {
    this.mergesKnown = undefined;
    this.partiesAt = undefined;
  }

  /** Resolves recorded events; voided ones and those of unknown kinds fall away. */
  async resolve(
    recorded: readonly RecordedEvent[],
    knowledge: Knowledge,
  ): Promise<readonly EffectiveEvent[]> {
    const corrections = await this.correctionsOf(recorded, knowledge);
    const effective: EffectiveEvent[] = [];
    for (const event of recorded) {
      const own =
        corrections.size === 0
          ? NONE
          : (corrections.get(targetKey(event.subject, event.source, event.id)) ?? NONE);
      const resolved = effectiveEvent(event, own, this.kinds, knowledge.parties);
      if (resolved !== undefined) effective.push(resolved);
    }
    return effective;
  }

  /** Effective events at these positions, in this order. */
  async effectiveAt(positions: readonly bigint[], knowledge: Knowledge): Promise<readonly EffectiveEvent[]> {
    const effective: EffectiveEvent[] = [];
    for (let from = 0; from < positions.length; from += EVENTS_PER_READ) {
      const recorded = await this.recordedAt(positions.slice(from, from + EVENTS_PER_READ));
      for (const event of await this.resolve(recorded, knowledge)) effective.push(event);
    }
    return effective;
  }

  /** Recorded events at these positions. */
  async recordedAt(positions: readonly bigint[]): Promise<readonly RecordedEvent[]> {
    return (await this.events.readAt(positions)).map(decodeEvent);
  }

  /**
   * The effective events of a key (a canonical party, or a stream about something else), in their own time.
   * @param more events of the batch under way, which the index may not hold yet
   */
  async ofKey(
    key: string,
    knowledge: Knowledge,
    more: readonly EffectiveEvent[] = [],
  ): Promise<readonly EffectiveEvent[]> {
    const seen = new Set(more.map((event) => event.position));
    const positions = (await this.views.history(knowledge.parties.members(key), knowledge.until)).filter(
      (position) => !seen.has(position),
    );
    const events = [...more];
    for (const event of await this.effectiveAt(positions, knowledge))
      if (concerns(event, key)) events.push(event);
    return events.sort(compareTimeOrder);
  }

  /** Once there is a correction there always is: most ledgers are asked once a batch, and no event of them is looked up. */
  private async hasCorrections(): Promise<boolean> {
    return (this.correctionsSeen ||= await this.views.hasCorrections());
  }

  /** Corrections and voids of recorded events, by the identity of each. */
  async correctionsOf(
    recorded: readonly RecordedEvent[],
    { until, underWay }: Knowledge,
  ): Promise<ReadonlyMap<string, readonly RecordedEvent[]>> {
    if (!(await this.hasCorrections())) return underWay ?? EMPTY;
    const targets = recorded.map((event) => targetKey(event.subject, event.source, event.id));
    const indexed = await this.views.corrections(targets, until);
    if (indexed.size === 0) return underWay ?? EMPTY;
    const found = new Map<string, RecordedEvent[]>();
    const positions = [...new Set([...indexed.values()].flat())].sort((a, b) => (a < b ? -1 : 1));
    for (const correction of await this.recordedAt(positions))
      push(found, targetKeyOf(correction), correction);
    for (const [target, corrections] of underWay ?? []) {
      for (const correction of corrections)
        if (!found.get(target)?.some((other) => other.position === correction.position))
          push(found, target, correction);
    }
    return found;
  }
}

/** Whether an event stands in the history of a key. */
export const concerns = (event: EffectiveEvent, key: string): boolean =>
  event.subject === key || event.parties.includes(key);

const NONE: readonly RecordedEvent[] = [];
const EMPTY: ReadonlyMap<string, readonly RecordedEvent[]> = new Map();

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

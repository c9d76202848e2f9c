import {
  compareText,
  RapportError,
  type Bounds,
  type Kinds,
  type View,
  type ViewReader,
} from '@rapport/kernel';
import type { EventStore, MergeRecord, StoredEvent, ViewStore } from '../ports/index.js';
import { mergeOf } from '../project/batch.js';
import { decodeEvent } from '../record/event-body.js';
import { Reader } from '../replay/reader.js';
import { push } from '../resolve/history.js';
import { targetKeyOf } from '../resolve/resolution.js';
import { correctionsKey, historyKey, MERGES_KEY } from './map-keys.js';

/**
 * Where a proven replay has its events from: key by key, as the completeness map has them. The position of an event is its
 * leaf index + 1, which the log proves, whatever positions the store gives.
 */
export interface KeyedEvents {
  /** Leaves that the answer takes account of. */
  readonly size: number;
  /** The events of a key of the map, in ledger order. */
  ofKey(key: string): Promise<readonly StoredEvent[]>;
  /** The event at a revision of a stream; it is before one that has been given. */
  inStream(stream: string, revision: number): Promise<StoredEvent>;
}

/**
 * Answers questions by replay alone, at one size of the log: what is not bounded otherwise is bounded by that, and whatever
 * only a live view could answer is refused. Whoever proves and whoever verifies answer with this, from other events.
 * @example await whyLoyaltyScore(provenReader(events, kinds, views), 'c-1', { day: '2026-01-31' })
 */
export function provenReader(events: KeyedEvents, kinds: Kinds, views: readonly View[]): ViewReader {
  const stores = new ProvenStores(events, kinds);
  return new BoundReader(stores.events, stores.views, kinds, views, BigInt(events.size));
}

/** A reader whose every answer is bounded. */
class BoundReader extends Reader {
  constructor(
    events: EventStore,
    store: ViewStore,
    kinds: Kinds,
    views: readonly View[],
    private readonly until: bigint,
  ) {
    super(events, store, kinds, views);
  }

  override documentsOf(...[view, keys, bounds]: Parameters<Reader['documentsOf']>) {
    return super.documentsOf(view, keys, this.within(bounds));
  }

  override entries(...[view, key, query, bounds]: Parameters<Reader['entries']>) {
    return super.entries(view, key, query, this.within(bounds));
  }

  override allEntries(...[view, key, bounds]: Parameters<Reader['allEntries']>) {
    return super.allEntries(view, key, this.within(bounds));
  }

  override history(...[party, bounds]: Parameters<Reader['history']>) {
    return super.history(party, this.within(bounds));
  }

  override canonical(...[party, bounds]: Parameters<Reader['canonical']>) {
    return super.canonical(party, this.within(bounds));
  }

  private within(bounds: Bounds = {}): Bounds {
    return { ...bounds, knownAt: bounds.knownAt ?? this.until };
  }
}

/** The stores as a replay sees them, over the events of keys. */
class ProvenStores {
  private readonly byPosition = new Map<bigint, StoredEvent>();
  private readonly corrected = new Map<string, Promise<ReadonlyMap<string, readonly bigint[]>>>();

  constructor(
    private readonly source: KeyedEvents,
    private readonly kinds: Kinds,
  ) {}

  readonly events: EventStore = only<EventStore>({
    readAt: async (positions) => positions.flatMap((position) => this.byPosition.get(position) ?? []),
  });

  readonly views: ViewStore = only<ViewStore>({
    indexCheckpoint: async () => BigInt(this.source.size),
    versions: async () => [],
    history: (keys, until) => this.history(keys, until),
    hasCorrections: async () => true,
    corrections: (targets, until) => this.corrections(targets, until),
    merges: () => this.merges(),
  });

  private async history(keys: readonly string[], until: bigint): Promise<readonly bigint[]> {
    const positions = new Set<bigint>();
    for (const key of keys) {
      for (const stored of await this.ofKey(historyKey(key))) {
        positions.add(stored.position);
        // What a correction brings into a history stands in the map with the correction.
        const target = await this.targetOf(stored);
        if (target !== undefined) positions.add(target.position);
      }
    }
    return [...positions].filter((position) => position <= until).sort((a, b) => (a < b ? -1 : 1));
  }

  private async targetOf(stored: StoredEvent): Promise<StoredEvent | undefined> {
    if (this.kinds.get(stored.type)?.effect !== 'correction') return undefined;
    const { subject, correctsrevision } = decodeEvent(stored);
    if (correctsrevision === undefined) return undefined;
    const target = await this.source.inStream(subject, correctsrevision);
    this.byPosition.set(target.position, target);
    return target;
  }

  private async corrections(
    targets: readonly string[],
    until: bigint,
  ): Promise<ReadonlyMap<string, readonly bigint[]>> {
    const found = new Map<string, readonly bigint[]>();
    for (const target of [...targets].sort(compareText)) {
      const stream = target.slice(0, target.indexOf('\n'));
      let known = this.corrected.get(stream);
      if (known === undefined) this.corrected.set(stream, (known = this.correctionsIn(stream)));
      const positions = (await known).get(target)?.filter((position) => position <= until) ?? [];
      if (positions.length > 0) found.set(target, positions);
    }
    return found;
  }

  private async correctionsIn(stream: string): Promise<ReadonlyMap<string, readonly bigint[]>> {
    const byTarget = new Map<string, bigint[]>();
    for (const stored of await this.ofKey(correctionsKey(stream)))
      push(byTarget, targetKeyOf(decodeEvent(stored)), stored.position);
    return byTarget;
  }

  private async merges(): Promise<readonly MergeRecord[]> {
    return (await this.ofKey(MERGES_KEY)).flatMap((stored) => {
      const effect = this.kinds.get(stored.type)?.effect;
      return effect === 'merge' || effect === 'unmerge'
        ? [mergeOf(decodeEvent(stored), effect, this.kinds)]
        : [];
    });
  }

  private async ofKey(key: string): Promise<readonly StoredEvent[]> {
    const events = await this.source.ofKey(key);
    for (const stored of events) this.byPosition.set(stored.position, stored);
    return events;
  }
}

/** A store that can do these things; whatever else is asked of it is refused, since only a live view could answer. */
const only = <T extends object>(methods: Partial<T>): T =>
  new Proxy(methods, {
    get: (known, name, receiver) =>
      Reflect.get(known, name, receiver) ??
      (() => {
        throw new RapportError(
          'INVALID_QUERY',
          'Only what a replay can answer can be proven: ask for one party, or one document of a view.',
        );
      }),
  }) as T;

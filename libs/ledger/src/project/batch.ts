import {
  historyKeysOf,
  partiesOf,
  type EffectiveEvent,
  type Kinds,
  type RecordedEvent,
} from '@rapport/kernel';
import type { EventStore, IndexBatch, MergeRecord, ViewStore } from '../ports/index.js';
import { decodeEvent } from '../record/event-body.js';
import { push, type History, type Knowledge } from '../resolve/history.js';
import { effectiveEvent, Parties, targetKey, targetKeyOf } from '../resolve/resolution.js';

/** An event that stood before the batch and now says something else, or something under other keys. */
export interface Changed {
  readonly before: EffectiveEvent | undefined;
  readonly after: EffectiveEvent | undefined;
}

/** A batch of recorded events with corrections, voids and merges resolved: all that views see of it. */
export interface ResolvedBatch {
  readonly until: bigint;
  readonly after: Knowledge;
  /** Events of the batch as they stand at its end. */
  readonly fresh: readonly EffectiveEvent[];
  /** Earlier events that the batch changes: retract `before`, apply `after`. */
  readonly changed: readonly Changed[];
  readonly index: IndexBatch;
}

type IndexedKey = IndexBatch['history'][number];

/** How many changed events are read at once. */
const CHANGED_PER_READ = 1_000;

/** Resolves a batch in front of all views. The result depends only on what was recorded up to its end, never on how it was cut. */
export class Resolver {
  constructor(
    private readonly events: EventStore,
    private readonly views: ViewStore,
    private readonly history: History,
  ) {}

  async resolve(recorded: readonly RecordedEvent[], from: bigint): Promise<ResolvedBatch> {
    const { kinds } = this.history;
    const until = recorded.at(-1)?.position ?? from;
    const before = await this.history.knowledge(from);
    const merges: MergeRecord[] = [];
    const underWay = new Map<string, RecordedEvent[]>();
    for (const event of recorded) {
      const effect = kinds.get(event.type)?.effect;
      if (effect === 'merge' || effect === 'unmerge') merges.push(mergeOf(event, effect, kinds));
      else if (effect === 'correction' || effect === 'void') push(underWay, targetKeyOf(event), event);
    }
    const parties =
      merges.length === 0
        ? before.parties
        : new Parties(
            [...(await this.views.merges()).filter(({ position }) => position <= from), ...merges],
            until,
          );
    const after: Knowledge = { until, parties, underWay };
    const fresh = await this.history.resolve(recorded, after);
    const { changed, targets } = await this.changedBy(
      [...underWay.values()].flat(),
      parties === before.parties ? [] : parties.changedSince(before.parties),
      before,
      after,
      from,
    );
    return {
      until,
      after,
      fresh,
      changed,
      index: indexOf(recorded, await this.named([...recorded, ...targets], after), underWay, merges, kinds),
    };
  }

  private async changedBy(
    corrections: readonly RecordedEvent[],
    parties: readonly string[],
    before: Knowledge,
    after: Knowledge,
    from: bigint,
  ): Promise<{ readonly changed: readonly Changed[]; readonly targets: readonly RecordedEvent[] }> {
    const corrected = new Set<bigint>();
    for (const { subject, correctsrevision } of corrections) {
      if (correctsrevision === undefined) continue; // it waits for its target
      const { events } = await this.events.readStream(subject, { from: correctsrevision, countMax: 1 });
      for await (const target of events) if (target.position <= from) corrected.add(target.position);
    }
    const moved = parties.length === 0 ? [] : await this.views.history(parties, from);
    const ordered = [...new Set([...moved, ...corrected])].sort((a, b) => (a < b ? -1 : 1));
    const changed: Changed[] = [];
    const targets: RecordedEvent[] = [];
    for (let at = 0; at < ordered.length; at += CHANGED_PER_READ) {
      const recorded = (await this.events.readAt(ordered.slice(at, at + CHANGED_PER_READ))).map(decodeEvent);
      const then = byPosition(await this.history.resolve(recorded, before));
      const now = byPosition(await this.history.resolve(recorded, after));
      for (const event of recorded) {
        const { position } = event;
        changed.push({ before: then.get(position), after: now.get(position) });
        if (corrected.has(position)) targets.push(event);
      }
    }
    return { changed, targets };
  }

  /**
   * Parties that some correction names and the event as recorded did not. Every correction counts, also one that another of
   * the same batch has overruled: whoever asks what was known in between finds the event there.
   */
  private async named(targets: readonly RecordedEvent[], after: Knowledge): Promise<readonly IndexedKey[]> {
    const corrections = await this.history.correctionsOf(targets, after);
    if (corrections.size === 0) return [];
    const named: IndexedKey[] = [];
    for (const target of targets) {
      const { subject, source, id, position } = target;
      for (const correction of corrections.get(targetKey(subject, source, id)) ?? []) {
        const said = effectiveEvent(target, [correction], this.history.kinds, after.parties);
        if (said === undefined) continue;
        for (const key of partiesOf(said.kind, said)) named.push({ key, position });
      }
    }
    return named;
  }
}

const byPosition = (events: readonly EffectiveEvent[]): ReadonlyMap<bigint, EffectiveEvent> =>
  new Map(events.map((event) => [event.position, event]));

/** What a merge or unmerge says about parties. */
export function mergeOf(event: RecordedEvent, effect: 'merge' | 'unmerge', kinds: Kinds): MergeRecord {
  const { subject, time, source, id, position } = event;
  return {
    absorbed: kinds.get(event.type)?.names(event.data)[0] ?? '',
    survivor: subject.slice(subject.indexOf('/') + 1),
    effect,
    time,
    source,
    id,
    position,
  };
}

/**
 * What the engine's index keeps of a batch. History is under the ids as recorded (merges are followed when it is read)
 * and holds every event that may concern a key under some correction.
 */
function indexOf(
  recorded: readonly RecordedEvent[],
  named: readonly IndexedKey[],
  underWay: ReadonlyMap<string, readonly RecordedEvent[]>,
  merges: readonly MergeRecord[],
  kinds: Kinds,
): IndexBatch {
  const history: IndexedKey[] = [];
  for (const event of recorded) {
    for (const key of historyKeysOf(partiesOf(kinds.get(event.type), event), event.subject))
      history.push({ key, position: event.position });
  }
  history.push(...named);
  const corrections = [...underWay].flatMap(([target, events]) =>
    events.map(({ position }) => ({ target, position })),
  );
  return { history, corrections, merges };
}

import {
  compareTimeOrder,
  parseTime,
  partiesOf,
  type EffectiveEvent,
  type Kind,
  type Kinds,
  type PartyId,
  type RecordedEvent,
} from '@rapport/kernel';
import type { MergeRecord } from '../ports/index.js';
import { correctedData } from './corrected-data.js';

/** Which party stands for which, at one position: merges and unmerges resolved. */
export class Parties {
  private readonly roots = new Map<PartyId, PartyId>();
  private readonly absorbedBy = new Map<PartyId, PartyId[]>();

  /**
   * Of several merges and unmerges of one absorbed party the greatest (time, source, id) counts. A circle of merges is
   * broken at its latest edge, so that the order of arrival does not matter.
   */
  constructor(merges: readonly MergeRecord[], until: bigint) {
    const latest = new Map<PartyId, MergeRecord>();
    for (const merge of merges) {
      if (merge.position > until) continue;
      const other = latest.get(merge.absorbed);
      if (other === undefined || compareMerges(merge, other) > 0) latest.set(merge.absorbed, merge);
    }
    const parents = new Map<PartyId, PartyId>();
    const rootOf = (party: PartyId): PartyId => {
      let root = party;
      for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) root = parent;
      return root;
    };
    for (const merge of [...latest.values()].sort(compareMerges)) {
      if (merge.effect === 'merge' && rootOf(merge.survivor) !== merge.absorbed)
        parents.set(merge.absorbed, merge.survivor);
    }
    for (const party of parents.keys()) {
      const root = rootOf(party);
      this.roots.set(party, root);
      const others = this.absorbedBy.get(root);
      if (others === undefined) this.absorbedBy.set(root, [party]);
      else others.push(party);
    }
  }

  readonly canonical = (party: PartyId): PartyId => this.roots.get(party) ?? party;

  /** Every id that a canonical party stands for, itself first. */
  members(party: PartyId): readonly PartyId[] {
    return [party, ...(this.absorbedBy.get(party) ?? [])];
  }

  get isEmpty(): boolean {
    return this.roots.size === 0;
  }

  /** Parties that stand for another one here than there. */
  changedSince(before: Parties): readonly PartyId[] {
    const touched = new Set([...this.roots.keys(), ...before.roots.keys()]);
    return [...touched].filter((party) => this.canonical(party) !== before.canonical(party));
  }
}

const compareMerges = (a: MergeRecord, b: MergeRecord): number =>
  compareTimeOrder({ ...a, subject: a.survivor }, { ...b, subject: b.survivor });

/**
 * What an event says once corrections and merges are resolved; undefined when it is voided, or of a kind that is not
 * known here.
 * @param corrections the events that correct or void it; those that do not fit its kind do not count
 */
export function effectiveEvent(
  event: RecordedEvent,
  corrections: readonly RecordedEvent[],
  kinds: Kinds,
  parties: Parties,
): EffectiveEvent | undefined {
  const kind = kinds.get(event.type);
  if (kind === undefined) return undefined;
  if (corrections.length === 0 || kind.effect !== 'fact')
    return effective(event, kind, event.personal !== undefined, parties, undefined);
  const counting = countingCorrection(corrections, kind, kinds);
  if (counting === undefined) return effective(event, kind, event.personal !== undefined, parties, undefined);
  const { correction, corrected } = counting;
  if (corrected === undefined) return undefined;
  const time = parseTime(correction.data['time']);
  const changed = { ...event, data: corrected.data, ...(time.ok ? { time: time.value } : {}) };
  return effective(changed, kind, Object.keys(corrected.personal).length > 0, parties, correction);
}

/**
 * Which of several corrections and voids of an event counts: the greatest (time, source, id) that fits its kind.
 * `corrected` is undefined for a void.
 */
export function countingCorrection(
  corrections: readonly RecordedEvent[],
  kind: Kind,
  kinds: Kinds,
): { readonly correction: RecordedEvent; readonly corrected: ReturnType<typeof correctedData> } | undefined {
  for (const correction of corrections.toSorted((a, b) => compareTimeOrder(b, a))) {
    const effect = kinds.get(correction.type)?.effect;
    if (effect === 'void') return { correction, corrected: undefined };
    const corrected = effect === 'correction' ? correctedData(correction, kind) : undefined;
    if (corrected !== undefined) return { correction, corrected };
  }
  return undefined;
}

function effective(
  event: RecordedEvent,
  kind: Kind,
  hasPersonal: boolean,
  parties: Parties,
  correction: RecordedEvent | undefined,
): EffectiveEvent {
  const named = partiesOf(kind, event);
  // Member by member, in one shape, as decodeEvent does and for the same reason; personal parts stay behind.
  return {
    id: event.id,
    source: event.source,
    type: event.type,
    subject: event.subject,
    time: event.time,
    channel: event.channel,
    direction: event.direction,
    episode: event.episode,
    actorkind: event.actorkind,
    actorid: event.actorid,
    correlationid: event.correlationid,
    causationid: event.causationid,
    correctsid: event.correctsid,
    correctssource: event.correctssource,
    data: event.data,
    eventId: event.eventId,
    recordedat: event.recordedat,
    position: event.position,
    revision: event.revision,
    kind,
    hasPersonal,
    parties: parties.isEmpty ? named : [...new Set(named.map(parties.canonical))],
    canonical: parties.canonical,
    correctedBy:
      correction === undefined
        ? undefined
        : { source: correction.source, id: correction.id, time: correction.time },
  } satisfies { [K in keyof Required<EffectiveEvent>]: EffectiveEvent[K] | undefined } as EffectiveEvent;
}

/** Where corrections of an event are looked up: its identity within its stream. */
export const targetKey = (subject: string, source: string, id: string): string =>
  `${subject}\n${source}\n${id}`;

/** The target of a correction or void. */
export const targetKeyOf = (correction: RecordedEvent): string =>
  targetKey(correction.subject, correction.correctssource ?? correction.source, correction.correctsid ?? '');

import {
  compareTimeOrder,
  parseTime,
  partiesOf,
  RapportError,
  type CorrectionKnown,
  type EventOnRecord,
  type Kinds,
  type PartyId,
  type PartyRecord,
  type RecordedEvent,
} from '@rapport/kernel';
import { correctedData } from '../resolve/corrected-data.js';
import type { Knowledge } from '../resolve/history.js';
import { countingCorrection, effectiveEvent, targetKey } from '../resolve/resolution.js';
import type { ReplayParts, Standpoint } from './key-content.js';

/** Events whose corrections are looked up at once. */
const EVENTS_PER_READ = 1_000;

/** Everything recorded that names a party, in the order of recording. @throws RapportError `LIMIT_EXCEEDED` */
export async function partyRecord(
  { history, store }: ReplayParts,
  asked: PartyId,
  { knowledge, asOf }: Standpoint,
  countMax: number,
): Promise<PartyRecord> {
  const party = knowledge.parties.canonical(asked);
  const members = knowledge.parties.members(party);
  const positions = await store.history(members, knowledge.until);
  if (positions.length > countMax)
    throw new RapportError(
      'LIMIT_EXCEEDED',
      `${positions.length} events name this party, and ${countMax} are reported at most: bound what was known (knownAt), or export the events.`,
    );
  const events: EventOnRecord[] = [];
  for (let from = 0; from < positions.length; from += EVENTS_PER_READ) {
    const recorded = await history.recordedAt(positions.slice(from, from + EVENTS_PER_READ));
    const corrections = await history.correctionsOf(recorded, knowledge);
    for (const event of recorded) {
      const own = corrections.get(targetKey(event.subject, event.source, event.id)) ?? [];
      const known = onRecord(event, own, history.kinds, knowledge);
      if (concernsParty(known, party, history.kinds, knowledge) && happenedBy(known, asOf))
        events.push(known);
    }
  }
  return { party, members, events };
}

function onRecord(
  event: RecordedEvent,
  corrections: readonly RecordedEvent[],
  kinds: Kinds,
  { parties }: Knowledge,
): EventOnRecord {
  const kind = kinds.get(event.type);
  const isFact = kind?.effect === 'fact';
  const counting = isFact ? countingCorrection(corrections, kind, kinds)?.correction : undefined;
  const known = corrections.toSorted(compareTimeOrder).flatMap((correction): readonly CorrectionKnown[] => {
    const effect = kinds.get(correction.type)?.effect;
    if (effect !== 'correction' && effect !== 'void') return [];
    const time = effect === 'correction' ? parseTime(correction.data['time']) : undefined;
    return [
      {
        event: correction,
        effect,
        data: effect === 'correction' && isFact ? correctedData(correction, kind)?.data : undefined,
        time: time?.ok === true ? time.value : undefined,
        counts: correction === counting,
      },
    ];
  });
  return { event, effective: effectiveEvent(event, corrections, kinds, parties), corrections: known };
}

function concernsParty(
  { event, effective }: EventOnRecord,
  party: PartyId,
  kinds: Kinds,
  { parties }: Knowledge,
): boolean {
  if (effective?.parties.includes(party) === true) return true;
  return partiesOf(kinds.get(event.type), event).some((named) => parties.canonical(named) === party);
}

/** By its time as recorded or as it counts: a correction of the time takes no event out of sight. */
const happenedBy = ({ event, effective }: EventOnRecord, asOf: string | undefined): boolean =>
  asOf === undefined || event.time <= asOf || (effective !== undefined && effective.time <= asOf);

import {
  canonicalJson,
  historyKeysOf,
  partiesOf,
  type JsonObject,
  type Kind,
  type Kinds,
  type PartyId,
  type RecordedEvent,
} from '@rapport/kernel';

/** The key of a history: that of a party, by its id as recorded, or of a stream about something else. */
export const historyKey = (key: string): string => canonicalJson(['history', key]);
/** The key of everything that corrects or voids events of a stream. */
export const correctionsKey = (stream: string): string => canonicalJson(['corrections', stream]);
/** The key of all merges and unmerges of parties. */
export const MERGES_KEY = canonicalJson(['merges']);

/** What lies before an event in its stream and has a say in where it belongs. */
export interface Before {
  /** The kind of what a correction corrects, where `correctsrevision` tells. */
  readonly target?: Kind | undefined;
  /** Corrections that were recorded before what they correct, and waited for this event. */
  readonly waiting?: readonly RecordedEvent[];
}

/**
 * The keys of the completeness map that an event belongs to, without repeats: everything that a replay may look for it
 * under. Read from events as recorded, and never from a personal value.
 *
 * A corrected payload may name parties that the event did not: in their histories stands whichever of the two was recorded
 * last, since that is when the correction began to count.
 * @example mapKeysOf(sale, kinds) // ['["history","c-1"]']
 */
export function mapKeysOf(
  event: RecordedEvent,
  kinds: Kinds,
  { target, waiting = [] }: Before = {},
): readonly string[] {
  const kind = kinds.get(event.type);
  const keys = new Set(historyKeysOf(partiesOf(kind, event), event.subject).map(historyKey));
  for (const correction of waiting)
    for (const party of broughtIn(correction, kind)) keys.add(historyKey(party));
  switch (kind?.effect) {
    case 'correction':
      for (const party of broughtIn(event, target)) keys.add(historyKey(party));
      keys.add(correctionsKey(event.subject));
      break;
    case 'void':
      keys.add(correctionsKey(event.subject));
      break;
    case 'merge':
    case 'unmerge':
      keys.add(MERGES_KEY);
      break;
    case 'fact':
    case undefined:
      break;
  }
  return [...keys];
}

/** Parties that a corrected payload names. One that does not fit its kind names nobody, as it corrects nothing. */
function broughtIn({ subject, data }: RecordedEvent, target: Kind | undefined): readonly PartyId[] {
  const corrected = data['data'];
  if (target === undefined || typeof corrected !== 'object' || corrected === null || Array.isArray(corrected))
    return [];
  return partiesOf(target, { subject, data: corrected as JsonObject });
}

import { defineEntries, type EffectiveEvent } from '@rapport/kernel';
import { factKinds } from '../kind-types.js';

/**
 * One line of a timeline. Its place (time, source, id, subject) and where it stands in the ledger are kept beside it.
 */
export type TimelineEntry = {
  /** One human sentence without any personal value. */
  readonly headline: string;
  /** Short name of the kind: `SaleCompleted`. */
  readonly kind: string;
  readonly family: string;
  /** Full type name with its version. */
  readonly type: string;
  readonly channel?: string;
  readonly direction?: string;
  readonly episode?: string;
  readonly actorkind?: string;
  readonly actorid?: string;
  readonly correlationid?: string;
  readonly causationid?: string;
  /** The correction that counts, when the touchpoint was corrected. */
  readonly correctedBy?: { readonly source: string; readonly id: string; readonly time: string };
  /** Whether the touchpoint has personal text, which only some roles may read. */
  readonly hasPersonal: boolean;
};

/** Attributes that an entry takes over as they stand in the event. */
const TAKEN_OVER = [
  'channel',
  'direction',
  'episode',
  'actorkind',
  'actorid',
  'correlationid',
  'causationid',
] as const;

function entry(event: EffectiveEvent): TimelineEntry {
  const { kind, correctedBy } = event;
  const line: { -readonly [member in keyof TimelineEntry]: TimelineEntry[member] } = {
    headline: kind.headline(event),
    kind: kind.name,
    family: kind.family,
    type: event.type,
    hasPersonal: event.hasPersonal,
  };
  for (const name of TAKEN_OVER) {
    const value = event[name];
    if (value !== undefined) line[name] = value;
  }
  if (correctedBy !== undefined)
    line.correctedBy = { source: correctedBy.source, id: correctedBy.id, time: correctedBy.time };
  return line;
}

/** Every touchpoint that names a party, in its own time. Corrections and voids are resolved in front of it. */
export const timeline = defineEntries<TimelineEntry>({
  name: 'timeline',
  version: 1,
  description: 'What happened between the firm and this party, touchpoint by touchpoint?',
  handles: factKinds,
  keys: (event) => event.parties,
  entry,
  filters: ['family', 'kind', 'channel', 'direction', 'episode'],
});

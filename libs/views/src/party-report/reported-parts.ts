import {
  memberChanges,
  type CorrectionKnown,
  type EventOnRecord,
  type Json,
  type Kinds,
  type MemberChange,
  type RecordedEvent,
} from '@rapport/kernel';
import type {
  PartyReport,
  ReportedActor,
  ReportedCorrection,
  ReportedEvent,
  ReportedNote,
  ReportedPlace,
} from './report-shape.js';

/** Leaf index by position; null for what is not sealed. */
export type LeafIndexes = ReadonlyMap<bigint, number | null>;

/** Attributes that are reported as they stand. */
const TAKEN_OVER = [
  'channel',
  'direction',
  'episode',
  'actorkind',
  'actorid',
  'correlationid',
  'causationid',
] as const;

/**
 * Events of the period as they are reported.
 * @param all every event of the party in the order of recording: what was known when one of them came
 */
export function eventsIn(
  all: readonly EventOnRecord[],
  inPeriod: readonly EventOnRecord[],
  kinds: Kinds,
  leaves: LeafIndexes,
): readonly ReportedEvent[] {
  const wanted = new Set(inPeriod);
  const resolved = new Set(all.flatMap(({ corrections }) => corrections.map(({ event }) => event.position)));
  const events: ReportedEvent[] = [];
  let latest = '';
  for (const one of all) {
    if (wanted.has(one)) events.push(eventOf(one, kinds, leaves, resolved, one.event.time < latest));
    if (one.event.time > latest) latest = one.event.time;
  }
  return events;
}

function eventOf(
  one: EventOnRecord,
  kinds: Kinds,
  leaves: LeafIndexes,
  resolved: ReadonlySet<bigint>,
  late: boolean,
): ReportedEvent {
  const { event, effective } = one;
  const { subject, revision, source, id, type } = event;
  const standing = standingOf(one, kinds, resolved);
  const attributes: Partial<Record<(typeof TAKEN_OVER)[number], string>> = {};
  for (const name of TAKEN_OVER) if (event[name] !== undefined) attributes[name] = event[name];
  return {
    ...placeOf(event, leaves),
    ...{ subject, revision, source, id, type },
    kind: kinds.get(type)?.name ?? type,
    headline: headlineOf(event, kinds),
    ...attributes,
    delaySeconds: Math.round((Date.parse(event.recordedat) - Date.parse(event.time)) / 1000),
    late,
    standing,
    ...(standing === 'corrected' && effective !== undefined
      ? { now: { headline: effective.kind.headline(effective), time: effective.time } }
      : {}),
    withheld: withheldOf(event),
  };
}

function standingOf(
  { event, effective }: EventOnRecord,
  kinds: Kinds,
  resolved: ReadonlySet<bigint>,
): ReportedEvent['standing'] {
  const effect = kinds.get(event.type)?.effect;
  if (effect === undefined) return 'unknownKind';
  if (effect === 'correction' || effect === 'void')
    return resolved.has(event.position) || event.correctsrevision !== undefined ? 'counts' : 'waiting';
  if (effective === undefined) return 'voided';
  return effective.correctedBy === undefined ? 'counts' : 'corrected';
}

/** Corrections and voids that lie in the period, or whose target does, in the order of their targets. */
export function correctionsIn(
  all: readonly EventOnRecord[],
  inPeriod: ReadonlySet<EventOnRecord>,
  kinds: Kinds,
  leaves: LeafIndexes,
): readonly ReportedCorrection[] {
  const positions = new Set([...inPeriod].map(({ event }) => event.position));
  return all.flatMap((one) =>
    one.corrections
      .filter(({ event }) => inPeriod.has(one) || positions.has(event.position))
      .map((correction) => correctionOf(one.event, correction, kinds, leaves)),
  );
}

function correctionOf(
  event: RecordedEvent,
  { event: by, effect, data, time, counts }: CorrectionKnown,
  kinds: Kinds,
  leaves: LeafIndexes,
): ReportedCorrection {
  const reason = by.data['reason'];
  const members: readonly MemberChange[] =
    data === undefined
      ? []
      : memberChanges({ time: event.time, data: event.data }, { time: time ?? event.time, data });
  return {
    effect,
    counts,
    of: { ...placeOf(event, leaves), headline: headlineOf(event, kinds) },
    by: { ...placeOf(by, leaves), ...actorOf(by) },
    reason: typeof reason === 'string' ? reason : null,
    members,
    withheld: [...new Set([...withheldOf(event).map((pointer) => `/data${pointer}`), ...withheldOf(by)])],
  };
}

/** What happened to the record itself. */
export function notesIn(
  events: readonly EventOnRecord[],
  kinds: Kinds,
  leaves: LeafIndexes,
): Pick<PartyReport, 'merges' | 'viewings' | 'erasures'> {
  const notes = (matches: (kind: { readonly name: string; readonly effect: string }) => boolean) =>
    events.flatMap(({ event }): readonly ReportedNote[] => {
      const kind = kinds.get(event.type);
      if (kind === undefined || !matches(kind)) return [];
      const purpose: Json | undefined = event.data['purpose'];
      return [
        {
          ...placeOf(event, leaves),
          ...actorOf(event),
          kind: kind.name,
          headline: kind.headline(event),
          ...(typeof purpose === 'string' ? { purpose } : {}),
        },
      ];
    });
  return {
    merges: notes(({ effect }) => effect === 'merge' || effect === 'unmerge'),
    viewings: notes(({ name }) => name === 'AuditorViewed'),
    erasures: notes(({ name }) => name === 'PersonalDataErased'),
  };
}

const placeOf = (
  { position, eventId, time, recordedat }: RecordedEvent,
  leaves: LeafIndexes,
): ReportedPlace => ({
  position: position.toString(),
  leafIndex: leaves.get(position) ?? null,
  eventId,
  time,
  recordedat,
});

const actorOf = ({ actorkind, actorid }: RecordedEvent): ReportedActor => ({
  ...(actorkind === undefined ? {} : { actorkind }),
  ...(actorid === undefined ? {} : { actorid }),
});

const headlineOf = (event: RecordedEvent, kinds: Kinds): string =>
  kinds.get(event.type)?.headline(event) ?? `An event of a kind that is not known here.`;

const withheldOf = ({ personal }: RecordedEvent): readonly string[] => Object.keys(personal ?? {});

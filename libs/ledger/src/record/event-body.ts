import {
  canonicalJson,
  joinPersonal,
  jsonOf,
  OPTIONAL_ATTRIBUTES,
  timeText,
  type Json,
  type JsonObject,
  type OpenedEvent,
  type RecordedEvent,
  type SealedParts,
  type Touchpoint,
} from '@rapport/kernel';
import type { StoredEvent } from '../ports/index.js';

/** What the store keeps of an event beside its stream, revision, position, id, type and recorded time. */
interface EventBody {
  readonly id: string;
  readonly source: string;
  readonly time: string;
  readonly data: JsonObject;
  readonly sealed?: readonly SealedParts[];
  readonly correctsrevision?: number;
  readonly correctstypes?: readonly string[];
}

/** What is stored of a touchpoint beside what its emitter said of it in the clear. */
export interface Kept {
  readonly data: JsonObject;
  readonly sealed?: readonly SealedParts[] | undefined;
  readonly correctsrevision?: number | undefined;
  readonly correctstypes?: readonly string[] | undefined;
}

const PAYLOAD = ',"data":';

/**
 * Writes the body of an event: `data` without personal values, those beside it, sealed. Member by member, so that the
 * order is fixed; what is undefined is left out. The payload comes last (see {@link headOfBody}).
 */
export function encodeBody(touchpoint: Touchpoint, kept: Kept): string {
  return jsonOf({
    id: touchpoint.id,
    source: touchpoint.source,
    time: touchpoint.time,
    channel: touchpoint.channel,
    direction: touchpoint.direction,
    episode: touchpoint.episode,
    actorkind: touchpoint.actorkind,
    actorid: touchpoint.actorid,
    correlationid: touchpoint.correlationid,
    causationid: touchpoint.causationid,
    correctsid: touchpoint.correctsid,
    correctssource: touchpoint.correctssource,
    correctsrevision: kept.correctsrevision,
    correctstypes: kept.correctstypes,
    sealed: kept.sealed as readonly Json[] | undefined,
    data: kept.data,
  } satisfies { [K in keyof Required<EventBody> | Attribute]: unknown });
}

type Attribute = (typeof OPTIONAL_ATTRIBUTES)[number];

/**
 * What a body says before its payload, as an object of its own. The mark cannot stand inside a text, where a quote is
 * escaped, so it is the payload's own.
 */
export function headOfBody(body: string): string {
  const end = body.indexOf(PAYLOAD);
  return end < 0 ? body : `${body.slice(0, end)}}`;
}

/**
 * Reads a stored event back. Member by member, so that all events have one shape: millions are read, and everything that
 * touches them is faster for it. Attributes that the event does not have are undefined.
 */
export function decodeEvent(stored: StoredEvent): RecordedEvent {
  const body = JSON.parse(stored.body) as EventBody & Touchpoint;
  return {
    id: body.id,
    source: body.source,
    type: stored.type,
    subject: stored.stream,
    time: body.time,
    channel: body.channel,
    direction: body.direction,
    episode: body.episode,
    actorkind: body.actorkind,
    actorid: body.actorid,
    correlationid: body.correlationid,
    causationid: body.causationid,
    correctsid: body.correctsid,
    correctssource: body.correctssource,
    data: body.data,
    eventId: stored.id,
    recordedat: recordedText(stored.recordedAtMs),
    position: stored.position,
    revision: stored.revision,
    correctsrevision: body.correctsrevision,
    correctstypes: body.correctstypes,
    sealed: body.sealed,
  } satisfies { [K in keyof Required<RecordedEvent>]: RecordedEvent[K] | undefined } as RecordedEvent;
}

const recordedTexts = new Map<number, string>();
const RECORDED_TEXTS_MAX = 4_096;

/** Events that were recorded together share their millisecond, and much of a history was recorded together. */
/** A recorded time as text. */
export function recordedText(ms: number): string {
  let text = recordedTexts.get(ms);
  if (text !== undefined) return text;
  if (recordedTexts.size >= RECORDED_TEXTS_MAX) recordedTexts.clear();
  recordedTexts.set(ms, (text = timeText(ms)));
  return text;
}

/** A recorded event as its emitter said it, personal values in their places. */
export const asSaid = (event: OpenedEvent): Touchpoint => ({
  ...event,
  data: event.personal === undefined ? event.data : joinPersonal(event.data, event.personal),
});

/** Canonical text of what an emitter said: equal for a repeat, different for another touchpoint under the same id. */
export function contentOf(said: Touchpoint): string {
  const content: Record<string, Json> = {
    id: said.id,
    source: said.source,
    type: said.type,
    subject: said.subject,
    time: said.time,
    data: said.data,
  };
  for (const name of OPTIONAL_ATTRIBUTES) if (said[name] !== undefined) content[name] = said[name];
  return canonicalJson(content);
}

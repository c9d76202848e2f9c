import {
  canonicalJson,
  joinPersonal,
  jsonText,
  OPTIONAL_ATTRIBUTES,
  timeText,
  type Json,
  type JsonObject,
  type PersonalParts,
  type RecordedEvent,
  type Touchpoint,
} from '@rapport/kernel';
import type { StoredEvent } from '../ports/index.js';

/** What the store keeps of an event beside its stream, revision, position, id, type and recorded time. */
interface EventBody {
  readonly id: string;
  readonly source: string;
  readonly time: string;
  readonly data: JsonObject;
  readonly personal?: PersonalParts;
  readonly correctsrevision?: number;
}

/**
 * Writes the body of an event: `data` without personal values, those beside it. Member by member: cheaper than an object
 * made only to be written, and every event pays for it.
 */
export function encodeBody(
  touchpoint: Touchpoint,
  data: JsonObject,
  personal: PersonalParts | undefined,
  correctsrevision: number | undefined,
): string {
  const { id, source, time } = touchpoint;
  let body = `{"id":${jsonText(id)},"source":${jsonText(source)},"time":${jsonText(time)}`;
  for (const name of OPTIONAL_ATTRIBUTES) {
    const value = touchpoint[name];
    if (value !== undefined) body += `,"${name}":${jsonText(value)}`;
  }
  body += `,"data":${JSON.stringify(data)}`;
  if (personal !== undefined) body += `,"personal":${JSON.stringify(personal)}`;
  return correctsrevision === undefined ? `${body}}` : `${body},"correctsrevision":${correctsrevision}}`;
}

const PAYLOAD = ',"data":';

/**
 * What a body says before its payload, as an object of its own. The mark cannot stand inside a text, where a quote is
 * escaped; {@link encodeBody} writes the payload behind everything that identifies and describes the event.
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
    personal: body.personal,
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
export const asSaid = (event: RecordedEvent): Touchpoint => ({
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

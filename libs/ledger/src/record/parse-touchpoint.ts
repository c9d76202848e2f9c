import {
  accept,
  ACTOR_KINDS,
  CHANNELS,
  DIRECTIONS,
  ERASURE_SOURCE,
  LOG_SOURCE,
  parseTime,
  reject,
  STREAM_CATEGORIES,
  timeText,
  type Json,
  type JsonObject,
  type Kind,
  type Kinds,
  type Result,
  type Touchpoint,
} from '@rapport/kernel';

/** How far ahead of the ledger's clock a touchpoint may lie. */
export const TIME_AHEAD_MS_MAX = 5 * 60_000;

/** Longest texts, in UTF-16 units. */
export const ATTRIBUTE_LENGTH_MAX = { id: 200, source: 500, subject: 300, type: 200, other: 200 } as const;

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const SUBJECT = new RegExp(`^(?:${STREAM_CATEGORIES.join('|')})/[^/]+$`);

/**
 * What becomes of an attribute: `required` ones have a look of their own; `implied` ones carry nothing the ledger keeps
 * (the trace of the request, and what is so anyway); of the others a text is kept, or one of these words.
 */
type Role = 'required' | 'implied' | 'text' | ReadonlySet<string>;

const all = (role: Role, ...names: readonly string[]): [string, Role][] => names.map((name) => [name, role]);
const ROLES: ReadonlyMap<string, Role> = new Map([
  ...all('required', 'id', 'source', 'type', 'subject', 'time', 'data'),
  ...all('implied', 'specversion', 'datacontenttype', 'dataschema', 'traceparent', 'tracestate'),
  ...all('text', 'episode', 'actorid', 'correlationid', 'causationid', 'correctsid', 'correctssource'),
  ...all(new Set(CHANNELS), 'channel'),
  ...all(new Set(DIRECTIONS), 'direction'),
  ...all(new Set(ACTOR_KINDS), 'actorkind'),
]);

/**
 * Who tells of a touchpoint. What the ledger says of erasures and of its log nobody else may say: keys are
 * destroyed, and completeness is proven, by it.
 */
export type Speaker = 'emitter' | 'ledger';

/** A touchpoint that is well formed, with its kind; `data` still holds its personal values. */
export interface ParsedTouchpoint {
  readonly touchpoint: Touchpoint;
  readonly kind: Kind;
}

/**
 * Reads a CloudEvent (structured mode, parsed JSON): envelope, kind, payload and time. Pure.
 * @param nowMs the ledger's clock
 * @param by an emitter unless said otherwise
 * @example parseTouchpoint(kinds, { specversion: '1.0', id: '1', source: 'urn:shop', type: …, subject: 'relationship/c-1', time: …, data: … }, Date.now())
 */
export function parseTouchpoint(
  kinds: Kinds,
  input: Json,
  nowMs: number,
  by: Speaker = 'emitter',
): Result<ParsedTouchpoint> {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return envelope('', 'a touchpoint is a JSON object (a CloudEvent in structured mode)');
  const event = input as JsonObject;
  if (event['specversion'] !== '1.0') return envelope('/specversion', 'must be "1.0"');
  const required =
    text(event, 'id', ATTRIBUTE_LENGTH_MAX.id) ??
    text(event, 'source', ATTRIBUTE_LENGTH_MAX.source) ??
    text(event, 'type', ATTRIBUTE_LENGTH_MAX.type) ??
    text(event, 'subject', ATTRIBUTE_LENGTH_MAX.subject);
  if (required !== undefined) return required;
  if (event['source'] === ERASURE_SOURCE && by !== 'ledger')
    return envelope(
      '/source',
      'is what the ledger itself tells of erasures with: erase with `rapport erase`',
    );
  if (event['source'] === LOG_SOURCE && by !== 'ledger')
    return envelope('/source', 'is what the ledger itself tells of its log with: name your own source');
  const type = event['type'] as string;
  const kind = kinds.get(type);
  if (kind === undefined)
    return reject('UNKNOWN_KIND', '/type is not a kind of this ledger: see /v1/kinds for those it knows.', {
      pointer: '/type',
    });
  const subject = event['subject'] as string;
  if (!SUBJECT.test(subject))
    return envelope('/subject', `must be <category>/<id> with a category of ${STREAM_CATEGORIES.join(', ')}`);
  const time = parseTime(event['time']);
  if (!time.ok) return time;
  if (time.value > latestTime(nowMs)) {
    return reject(
      'TIME_IN_FUTURE',
      '/time lies more than 5 minutes ahead of the ledger: check the clock and the zone of the emitter.',
      { pointer: '/time' },
    );
  }
  // One shape for all, whatever they say in whatever order: each line of an ingest makes one, and all that follows reads it.
  const touchpoint: Record<string, unknown> = {
    id: event['id'],
    source: event['source'],
    type: kind.type, // the one text that all events of the kind share
    subject,
    time: time.value,
    channel: undefined,
    direction: undefined,
    episode: undefined,
    actorkind: undefined,
    actorid: undefined,
    correlationid: undefined,
    causationid: undefined,
    correctsid: undefined,
    correctssource: undefined,
    data: undefined,
  } satisfies { [name in keyof Required<Touchpoint>]: unknown };
  for (const name in event) {
    const role = ROLES.get(name);
    if (role === 'required') continue;
    if (role === undefined)
      return envelope(
        '',
        'has an attribute that is not one of Rapport: see the envelope reference for those it keeps',
        name,
      );
    if (role === 'implied') {
      const refused = implied(event, name, type);
      if (refused !== undefined) return refused;
      continue;
    }
    if (role === 'text') {
      const refused = text(event, name, ATTRIBUTE_LENGTH_MAX.other);
      if (refused !== undefined) return refused;
    } else if (!role.has(event[name] as string))
      return envelope(`/${name}`, `must be one of ${[...role].join(', ')}`);
    touchpoint[name] = event[name];
  }
  const corrects = kind.effect === 'correction' || kind.effect === 'void';
  if (corrects !== (touchpoint['correctsid'] !== undefined)) {
    return envelope(
      '/correctsid',
      corrects
        ? `${kind.name} must name the event it corrects`
        : `${kind.name} corrects nothing: use TouchpointCorrected or TouchpointVoided`,
    );
  }
  if (touchpoint['correctssource'] !== undefined && !corrects)
    return envelope('/correctssource', 'goes with correctsid');
  if (kind.lifecycle?.episodeRequired === true && touchpoint['episode'] === undefined) {
    return reject(
      'EPISODE_REQUIRED',
      `${kind.name} needs an episode: name the ${kind.lifecycle.name} it belongs to.`,
      { pointer: '/episode' },
    );
  }
  if (event['data'] === undefined) return envelope('/data', 'is missing: give the payload of the kind');
  const data = kind.validate(event['data']);
  if (!data.ok) return data;
  touchpoint['data'] = data.value;
  return accept({ kind, touchpoint: touchpoint as unknown as Touchpoint });
}

let latest = { nowMs: Number.NaN, time: '' };

/** The latest time taken, as text, since texts of times compare as instants do; touchpoints that come together share it. */
function latestTime(nowMs: number): string {
  if (latest.nowMs !== nowMs) latest = { nowMs, time: timeText(nowMs + TIME_AHEAD_MS_MAX) };
  return latest.time;
}

function text(event: JsonObject, name: string, lengthMax: number): ReturnType<typeof reject> | undefined {
  const value = event[name];
  if (typeof value !== 'string' || value.length === 0)
    return envelope(`/${name}`, 'must be a text that is not empty');
  if (value.length > lengthMax) return envelope(`/${name}`, `must be at most ${lengthMax} characters long`);
  if (CONTROL.test(value) || !value.isWellFormed())
    return reject('INVALID_TEXT', `/${name} holds control characters or lone surrogates: remove them.`, {
      pointer: `/${name}`,
    });
  return undefined;
}

function implied(event: JsonObject, name: string, type: string): ReturnType<typeof reject> | undefined {
  const value = event[name];
  if (name === 'datacontenttype' && (typeof value !== 'string' || !/^application\/json\s*(;|$)/i.test(value)))
    return envelope('/datacontenttype', 'must be application/json');
  if (name === 'dataschema' && (typeof value !== 'string' || !value.endsWith(`/v1/kinds/${type}`)))
    return envelope('/dataschema', `must be the address of the kind's schema: /v1/kinds/${type}`);
  return undefined;
}

function envelope(pointer: string, what: string, attribute?: string): ReturnType<typeof reject> {
  const facts = attribute === undefined ? {} : { facts: { attribute: attribute.slice(0, 60) } };
  return reject('INVALID_ENVELOPE', `${pointer === '' ? 'The event' : pointer} ${what}.`, {
    pointer,
    ...facts,
  });
}

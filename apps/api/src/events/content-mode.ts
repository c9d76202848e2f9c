import { accept, parseStrictJson, reject, type Json, type Result } from '@rapport/kernel';
import type { FastifyRequest } from 'fastify';
import { readBinaryMode } from './binary-mode.js';
import { utf8Text } from './utf8.js';

/** The touchpoints of one request, as parsed JSON. */
export interface ReceivedTouchpoints {
  readonly mode: 'single' | 'batch';
  readonly touchpoints: readonly Json[];
}

const BATCH = 'application/cloudevents-batch';
const STRUCTURED = 'application/cloudevents';

/**
 * Reads the body of `POST /v1/events` in the content mode that its headers name: structured
 * (`application/cloudevents+json`, or plain `application/json`), batch, or binary (`ce-` headers).
 */
export function readTouchpoints(
  request: FastifyRequest,
  batchEventsMax: number,
): Result<ReceivedTouchpoints> {
  const body = request.body;
  const contentType = (request.headers['content-type'] ?? '').toLowerCase();
  if (!Buffer.isBuffer(body)) {
    return reject(
      'UNSUPPORTED_MEDIA_TYPE',
      'There is no body: send a CloudEvent as application/cloudevents+json.',
    );
  }
  if (!isUtf8Charset(contentType)) {
    return reject('UNSUPPORTED_MEDIA_TYPE', 'The charset must be UTF-8.');
  }
  if (contentType.startsWith(BATCH)) return readBatch(body, batchEventsMax);
  if (!contentType.startsWith(STRUCTURED) && request.headers['ce-specversion'] !== undefined) {
    return single(readBinaryMode(request.raw.rawHeaders, body));
  }
  return single(parseBody(body));
}

function isUtf8Charset(contentType: string): boolean {
  const at = contentType.indexOf('charset=');
  return at === -1 || /^charset="?utf-?8"?\s*(;|$)/i.test(contentType.slice(at));
}

const single = (event: Result<Json>): Result<ReceivedTouchpoints> =>
  event.ok ? accept({ mode: 'single', touchpoints: [event.value] }) : event;

function parseBody(body: Buffer): Result<Json> {
  const text = utf8Text(body);
  return text.ok ? parseStrictJson(text.value) : text;
}

function readBatch(body: Buffer, eventsMax: number): Result<ReceivedTouchpoints> {
  const parsed = parseBody(body);
  if (!parsed.ok) return parsed;
  const touchpoints = parsed.value;
  if (!isArray(touchpoints)) {
    return reject('INVALID_ENVELOPE', 'A batch is a JSON array of CloudEvents.', { pointer: '' });
  }
  if (touchpoints.length === 0) return reject('EMPTY_BATCH', 'The batch holds no events: send at least one.');
  if (touchpoints.length > eventsMax) {
    return reject(
      'BATCH_TOO_LARGE',
      `The batch holds ${touchpoints.length} events, at most ${eventsMax} are taken: send smaller batches, or stream to /v1/events/ingest.`,
      {
        facts: { read: touchpoints.length, limit: eventsMax },
      },
    );
  }
  return accept({ mode: 'batch', touchpoints });
}

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);

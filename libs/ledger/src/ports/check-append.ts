import { RapportError } from '@rapport/kernel';
import {
  APPEND_BYTES_MAX,
  APPEND_EVENTS_MAX,
  type EventToAppend,
  type ExpectedRevision,
} from './event-store.js';

/** A UTF-16 unit takes at most three bytes of UTF-8, so a short text need not be measured. */
const BYTES_PER_UNIT_MAX = 3;

/** In lower-case letters only, so that an id has one text. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Up to so many ids are compared with each other; more are gathered in a set. */
const COMPARED_MAX = 8;

/**
 * Checks an append before anything is queued or sent: what every store refuses, in the same words.
 * @throws RapportError `EMPTY_BATCH`, `APPEND_TOO_LARGE`, `INVALID_TEXT`, `INVALID_ENVELOPE`
 * @example checkAppend('relationship/42', 'none', [event])
 */
export function checkAppend(
  stream: string,
  expected: ExpectedRevision,
  events: readonly EventToAppend[],
): void {
  if (events.length === 0) {
    throw new RapportError('EMPTY_BATCH', `The append to ${stream} holds no events: leave it out.`);
  }
  if (events.length > APPEND_EVENTS_MAX) {
    throw new RapportError(
      'APPEND_TOO_LARGE',
      `The append to ${stream} holds ${events.length} events, at most ${APPEND_EVENTS_MAX} are taken: cut it.`,
    );
  }
  if (stream === '' || !stream.isWellFormed()) {
    throw new RapportError(
      'INVALID_TEXT',
      'The name of a stream is a text of Unicode characters, and not empty.',
    );
  }
  if (expected !== 'none' && !(Number.isSafeInteger(expected) && expected >= 0)) {
    throw new RapportError(
      'INVALID_ENVELOPE',
      `The expected revision of ${stream} is neither none nor a whole number from 0.`,
    );
  }
  checkBytes(stream, events);
  for (const event of events) checkEvent(stream, event);
  checkRepeats(stream, events);
}

function checkEvent(stream: string, { id, type, body, recordedAtMs }: EventToAppend): void {
  if (!UUID.test(id)) {
    throw new RapportError(
      'INVALID_ENVELOPE',
      `The id of an event for ${stream} is not a uuid in lower-case letters: make it with eventIdOf.`,
    );
  }
  if (!type.isWellFormed() || !body.isWellFormed()) {
    throw new RapportError(
      'INVALID_TEXT',
      `An event for ${stream} holds half a character (a lone surrogate).`,
    );
  }
  if (!Number.isSafeInteger(recordedAtMs) || recordedAtMs < 0) {
    throw new RapportError(
      'INVALID_ENVELOPE',
      `An event for ${stream} has no whole number of milliseconds as its recorded time.`,
    );
  }
}

/** The same id twice in one append would be written twice: nothing stands in the stream yet that it could repeat. */
function checkRepeats(stream: string, events: readonly EventToAppend[]): void {
  if (events.length === 1) return;
  const repeated =
    events.length <= COMPARED_MAX
      ? events.some(({ id }, index) => events.some((other, place) => place < index && other.id === id))
      : new Set(events.map(({ id }) => id)).size < events.length;
  if (repeated) {
    throw new RapportError(
      'INVALID_ENVELOPE',
      `The append to ${stream} holds an id twice: an event is recorded once.`,
    );
  }
}

function checkBytes(stream: string, events: readonly EventToAppend[]): void {
  let bytes = 0;
  for (const { type, body } of events) bytes += type.length + body.length;
  if (bytes * BYTES_PER_UNIT_MAX <= APPEND_BYTES_MAX) return;
  bytes = 0;
  for (const { type, body } of events) bytes += Buffer.byteLength(type) + Buffer.byteLength(body);
  if (bytes > APPEND_BYTES_MAX) {
    throw new RapportError(
      'APPEND_TOO_LARGE',
      `The append to ${stream} has ${bytes} bytes, at most ${APPEND_BYTES_MAX} are taken: cut it, or put large things behind links.`,
    );
  }
}

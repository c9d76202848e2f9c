import {
  RapportError,
  type JsonObject,
  type OpenedEvent,
  type PersonalParts,
  type RecordedEvent,
  type Rejection,
  type UnreadableParts,
} from '@rapport/kernel';
import { openParts, type KeysByPerson, type SealedParts } from '@rapport/privacy';
import type { OpenKeys } from './sealing.js';

/**
 * Reads the personal values of events, in their order; keys are asked for together. An event is given whatever becomes of
 * its values: those of an erased person are named as erased, those that cannot be read with the reason.
 * @throws RapportError when there are no keys to be asked: `INVALID_CONFIGURATION`, `KEY_NOT_FOUND`, `KEY_WRONG`
 */
export async function openEvents(
  keys: OpenKeys,
  tenant: string,
  events: readonly RecordedEvent[],
): Promise<readonly OpenedEvent[]> {
  const persons = new Set(events.flatMap(({ sealed = [] }) => sealed.map(({ subject }) => subject)));
  if (persons.size === 0) return events;
  const found = await (await keys()).forOpening(persons);
  return events.map((event) => (event.sealed === undefined ? event : opened(tenant, event, found)));
}

const EVENTS_PER_OPENING = 200;

/** {@link openEvents} for a stream of any length, a few hundred at a time. */
export async function* openedStream(
  keys: OpenKeys,
  tenant: string,
  events: AsyncIterable<RecordedEvent>,
): AsyncGenerator<OpenedEvent> {
  let waiting: RecordedEvent[] = [];
  for await (const event of events) {
    if (waiting.push(event) < EVENTS_PER_OPENING) continue;
    yield* await openEvents(keys, tenant, waiting);
    waiting = [];
  }
  yield* await openEvents(keys, tenant, waiting);
}

function opened(tenant: string, event: RecordedEvent, keys: KeysByPerson): OpenedEvent {
  const personal: PersonalParts[] = [];
  const erased: string[] = [];
  const unreadable: UnreadableParts[] = [];
  for (const sealed of event.sealed ?? []) {
    const pointers = pointersOf(sealed);
    const parts = partsOf(sealed, tenant, event, keys);
    if (!('code' in parts)) personal.push(parts.values);
    else if (parts.code === 'PERSON_ERASED') erased.push(...pointers);
    else unreadable.push({ code: parts.code, message: parts.message, pointers });
  }
  return {
    ...event,
    ...(personal.length === 0 ? {} : { personal: Object.assign({}, ...personal) as JsonObject }),
    ...(erased.length === 0 ? {} : { erased }),
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
}

/** Where the values of sealed parts stand; a damaged set has none. */
const pointersOf = ({ fields }: SealedParts): readonly string[] =>
  typeof fields === 'object' && fields !== null ? Object.keys(fields) : [];

function partsOf(
  sealed: SealedParts,
  tenant: string,
  { eventId, subject, type }: RecordedEvent,
  keys: KeysByPerson,
): { readonly values: PersonalParts } | Rejection {
  const key = keys.get(sealed.subject);
  if (key === undefined) return MISSING;
  if (!key.ok) return key.rejection;
  try {
    const parts = openParts(sealed, key.value, { tenant, eventId, stream: subject, type });
    return parts.ok ? { values: parts.value } : parts.rejection;
  } catch (error) {
    // Erased since its key was fetched.
    if (error instanceof RapportError && error.code === 'PERSON_ERASED') return error.rejection;
    throw error;
  }
}

const MISSING: Rejection = {
  code: 'KEY_NOT_FOUND',
  message: 'The key store gave no answer for the person of these values: run `rapport doctor`.',
};

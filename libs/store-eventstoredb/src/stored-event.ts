import { randomBytes, randomUUID } from 'node:crypto';
import { RapportError } from '@rapport/kernel';
import type { EventToAppend, SaltedEvent, StoredEvent } from '@rapport/ledger';
import { SALT_BYTES } from '@rapport/ledger/ports';
import { streamOfName } from './stream-names.js';
import type { ProposedEvent } from './wire/append-request.js';
import type { ServerEvent } from './wire/read-answer.js';

/** What stands beside the body of an event in the server. */
interface Metadata {
  /** The event's id. */
  readonly id: string;
  readonly recordedAtMs: number;
  /** Base64. */
  readonly salt: string;
}

/** An event on its way into the server with a salt that is given. */
export interface EventToSalt extends EventToAppend {
  readonly salt?: Uint8Array;
}

/**
 * Events as they are sent. In the server each has an id that is made for this append, and its own id beside it: the
 * server takes a repeat of ids for a success and does not say that it wrote nothing, so whatever it has under these ids
 * was written by this very append, and everything else is told from it by reading.
 */
export function proposedEvents(events: readonly EventToSalt[]): readonly ProposedEvent[] {
  const salts = randomBytes(SALT_BYTES * events.length);
  return events.map(({ id, type, body, recordedAtMs, salt }, index) => {
    const bytes = salt ?? salts.subarray(index * SALT_BYTES, (index + 1) * SALT_BYTES);
    const metadata: Metadata = {
      id,
      recordedAtMs,
      salt: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64'),
    };
    return { id: randomUUID(), type, metadata: JSON.stringify(metadata), data: body };
  });
}

/**
 * An event of the server as the ledger has it.
 * @throws RapportError `STORE_FOREIGN` when something else wrote it
 */
export function saltedEvent(tenant: string, event: ServerEvent): SaltedEvent {
  const { streamName, revision, type, commit, data } = event;
  const stream = streamOfName(tenant, streamName);
  const { id, recordedAtMs, salt } = metadataOf(event);
  if (stream === undefined) throw foreign(event);
  return {
    id,
    type,
    body: data.toString(),
    recordedAtMs,
    stream,
    revision,
    position: commit,
    salt: Buffer.from(salt, 'base64'),
  };
}

/** An event of the server as the ledger has it, without its salt. @throws RapportError `STORE_FOREIGN` */
export function storedEvent(tenant: string, event: ServerEvent): StoredEvent {
  const { id, type, body, recordedAtMs, stream, revision, position } = saltedEvent(tenant, event);
  return { id, type, body, recordedAtMs, stream, revision, position };
}

/** The id that an event has for the ledger. @throws RapportError `STORE_FOREIGN` */
export const idOf = (event: ServerEvent): string => metadataOf(event).id;

function metadataOf(event: ServerEvent): Metadata {
  // Events written in a transaction have two positions, and a place that one number does not name.
  if (event.commit !== event.prepare) throw foreign(event);
  try {
    const { id, recordedAtMs, salt } = JSON.parse(event.metadata.toString()) as Partial<Metadata>;
    if (typeof id === 'string' && typeof recordedAtMs === 'number' && typeof salt === 'string')
      return { id, recordedAtMs, salt };
  } catch (error) {
    throw foreign(event, error);
  }
  throw foreign(event);
}

const foreign = ({ streamName, revision }: ServerEvent, cause?: unknown): RapportError =>
  new RapportError(
    'STORE_FOREIGN',
    `Event ${revision} of the stream ${streamName} in EventStoreDB was not written by Rapport: nothing else may write to streams whose names begin with a tenant and a dot.`,
    { cause },
  );

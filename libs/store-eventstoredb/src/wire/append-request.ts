import { FieldWriter, sizeOfBytes, writeHead } from './protobuf.js';

/** An event as the server takes it. */
export interface ProposedEvent {
  /** A uuid in text. */
  readonly id: string;
  readonly type: string;
  /** Text of ASCII characters. */
  readonly metadata: string;
  readonly data: string;
}

/** An append as it is sent once: what may be sent again is made once. */
export interface AppendRequest {
  readonly streamName: string;
  /** The last revision that the stream must have; undefined when it must not exist. */
  readonly expected: number | undefined;
  /** What {@link encodeEvents} gave. */
  readonly events: Buffer;
}

const UUID_LENGTH = 36;
/** Fields of `BatchAppendReq`. */
const REQUEST = { correlationId: 1, options: 2, proposedMessages: 3, isFinal: 4 } as const;
const OPTIONS = { streamIdentifier: 1, streamPosition: 2, noStream: 3, deadline: 7 } as const;
const PROPOSED = { id: 1, metadata: 2, customMetadata: 3, data: 4 } as const;
/** Fields of messages that are shared: `UUID.string`, `StreamIdentifier.stream_name`, `Duration`, and entries of a map. */
const UUID_TEXT = 2;
const STREAM_NAME = 3;
const DURATION = { seconds: 1, nanos: 2 } as const;
const ENTRY = { key: 1, value: 2 } as const;

/** Bytes, so that the server gives the body back as it came: as JSON it would be parsed on its way. */
const CONTENT_TYPE = new FieldWriter()
  .message(
    PROPOSED.metadata,
    new FieldWriter().text(ENTRY.key, 'content-type').text(ENTRY.value, 'application/octet-stream'),
  )
  .end();
const TYPE_KEY = new FieldWriter().text(ENTRY.key, 'type').end();
const ID_SIZE = sizeOfBytes(UUID_LENGTH);

/** The events of an append in the form of the protocol. */
export function encodeEvents(events: readonly ProposedEvent[]): Buffer {
  const sizes = events.map(sizesOf);
  let total = 0;
  for (const { message } of sizes) total += sizeOfBytes(message);
  const buffer = Buffer.allocUnsafe(total);
  let at = 0;
  events.forEach((event, index) => {
    at = writeEvent(buffer, at, event, sizes[index] as Sizes);
  });
  return buffer;
}

interface Sizes {
  readonly type: number;
  readonly data: number;
  readonly entry: number;
  readonly message: number;
}

function sizesOf({ type, metadata, data }: ProposedEvent): Sizes {
  const typeSize = Buffer.byteLength(type);
  const dataSize = Buffer.byteLength(data);
  const entry = TYPE_KEY.length + sizeOfBytes(typeSize);
  const message =
    sizeOfBytes(ID_SIZE) +
    sizeOfBytes(entry) +
    CONTENT_TYPE.length +
    sizeOfBytes(metadata.length) +
    sizeOfBytes(dataSize);
  return { type: typeSize, data: dataSize, entry, message };
}

function writeEvent(buffer: Buffer, start: number, event: ProposedEvent, sizes: Sizes): number {
  let at = writeHead(buffer, start, REQUEST.proposedMessages, sizes.message);
  at = writeHead(buffer, at, PROPOSED.id, ID_SIZE);
  at = writeHead(buffer, at, UUID_TEXT, UUID_LENGTH);
  at += buffer.write(event.id, at, 'latin1');
  at = writeHead(buffer, at, PROPOSED.metadata, sizes.entry);
  at += TYPE_KEY.copy(buffer, at);
  at = writeHead(buffer, at, ENTRY.value, sizes.type);
  at += buffer.write(event.type, at);
  at += CONTENT_TYPE.copy(buffer, at);
  at = writeHead(buffer, at, PROPOSED.customMetadata, event.metadata.length);
  at += buffer.write(event.metadata, at, 'latin1');
  at = writeHead(buffer, at, PROPOSED.data, sizes.data);
  return at + buffer.write(event.data, at);
}

const FINAL = new FieldWriter().number(REQUEST.isFinal, 1).end();

/**
 * The request for one attempt to append.
 * @param correlationId a uuid, which comes back with the answer
 * @param deadlineMs how long the server may try: a duration, since clocks may differ
 */
export function encodeAppend(
  { streamName, expected, events }: AppendRequest,
  correlationId: string,
  deadlineMs: number,
): Buffer {
  const options = new FieldWriter().message(
    OPTIONS.streamIdentifier,
    new FieldWriter().text(STREAM_NAME, streamName),
  );
  if (expected === undefined) options.message(OPTIONS.noStream);
  else options.number(OPTIONS.streamPosition, expected);
  options.message(
    OPTIONS.deadline,
    new FieldWriter()
      .number(DURATION.seconds, Math.floor(deadlineMs / 1_000))
      .number(DURATION.nanos, Math.floor(deadlineMs % 1_000) * 1_000_000),
  );
  const head = new FieldWriter()
    .message(REQUEST.correlationId, new FieldWriter().text(UUID_TEXT, correlationId))
    .message(REQUEST.options, options)
    .end();
  return Buffer.concat([head, events, FINAL]);
}

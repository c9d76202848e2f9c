import { FieldReader } from './protobuf.js';
import { readUuid } from './uuid.js';

/** An event as the server holds it. */
export interface ServerEvent {
  readonly id: string;
  readonly streamName: string;
  readonly revision: number;
  /** Both numbers of its position; they are one for events that were appended over this protocol. */
  readonly commit: bigint;
  readonly prepare: bigint;
  readonly type: string;
  readonly metadata: Buffer;
  readonly data: Buffer;
}

/** What comes in while reading. */
export type ReadAnswer =
  | { readonly kind: 'event'; readonly event: ServerEvent }
  | { readonly kind: 'streamNotFound' }
  /** Where the server stands, that a subscription goes live, and other things that need no answer. */
  | { readonly kind: 'other' };

/** Fields of `ReadResp` and `ReadResp.ReadEvent`. */
const RESPONSE = { event: 1, streamNotFound: 4 } as const;
const EVENT = 1;
const RECORDED = {
  id: 1,
  streamIdentifier: 2,
  revision: 3,
  prepare: 4,
  commit: 5,
  metadata: 6,
  customMetadata: 7,
  data: 8,
} as const;
const STREAM_NAME = 3;
const ENTRY = { key: 1, value: 2 } as const;
const TYPE = 'type';
const OTHER: ReadAnswer = { kind: 'other' };
const NOTHING: Buffer = Buffer.alloc(0);

/** Reads an answer of the server. By hand, since catching up is mostly this. */
export function decodeReadAnswer(bytes: Buffer): ReadAnswer {
  const fields = new FieldReader(bytes);
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === RESPONSE.streamNotFound) return { kind: 'streamNotFound' };
    if (field === RESPONSE.event) {
      const inner = fields.message();
      for (let part = inner.next(); part !== 0; part = inner.next()) {
        if (part === EVENT) return { kind: 'event', event: recorded(inner.message()) };
        inner.skip();
      }
      return OTHER;
    }
    fields.skip();
  }
  return OTHER;
}

function recorded(fields: FieldReader): ServerEvent {
  let id = '';
  let streamName = '';
  let type = '';
  let revision = 0;
  let commit = 0n;
  let prepare = 0n;
  let metadata = NOTHING;
  let data = NOTHING;
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === RECORDED.id) id = readUuid(fields.message());
    else if (field === RECORDED.streamIdentifier) streamName = nameIn(fields.message());
    else if (field === RECORDED.revision) revision = fields.number();
    else if (field === RECORDED.prepare) prepare = fields.large();
    else if (field === RECORDED.commit) commit = fields.large();
    else if (field === RECORDED.metadata) type = typeIn(fields.message()) ?? type;
    else if (field === RECORDED.customMetadata) metadata = fields.bytes();
    else if (field === RECORDED.data) data = fields.bytes();
    else fields.skip();
  }
  return { id, streamName, revision, commit, prepare, type, metadata, data };
}

function nameIn(fields: FieldReader): string {
  let name = '';
  for (let field = fields.next(); field !== 0; field = fields.next())
    if (field === STREAM_NAME) name = fields.text();
    else fields.skip();
  return name;
}

function typeIn(fields: FieldReader): string | undefined {
  let key = '';
  let value = '';
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === ENTRY.key) key = fields.text();
    else if (field === ENTRY.value && key === TYPE) value = fields.text();
    else fields.skip();
  }
  return key === TYPE ? value : undefined;
}

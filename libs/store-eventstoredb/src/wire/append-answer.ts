import { FieldReader } from './protobuf.js';
import { readUuid } from './uuid.js';

/** What the server says about an append. */
export type AppendAnswer =
  | { readonly kind: 'written'; readonly revision: number; readonly position: bigint }
  /** The stream's last revision; undefined when it does not exist. */
  | { readonly kind: 'wrongRevision'; readonly current: number | undefined }
  | { readonly kind: 'refused'; readonly error: ServerError };

/** A failure as the server words it. */
export interface ServerError {
  /** The name of the failure's type in the protocol, such as `event_store.client.Timeout`. */
  readonly type: string;
  readonly message: string;
}

/** Fields of `BatchAppendResp`, `google.rpc.Status` and `google.protobuf.Any`. */
const RESPONSE = { correlationId: 1, error: 2, success: 3 } as const;
const SUCCESS = { currentRevision: 1, position: 3 } as const;
const POSITION_COMMIT = 1;
const STATUS = { message: 2, details: 3 } as const;
const ANY = { url: 1, value: 2 } as const;
const WRONG_VERSION = 'event_store.client.WrongExpectedVersion';
const CURRENT_REVISION = 1;

/** Reads an answer of the server, with the correlation id of the append that it belongs to. */
export function decodeAppendAnswer(bytes: Buffer): {
  readonly correlationId: string;
  readonly answer: AppendAnswer;
} {
  const fields = new FieldReader(bytes);
  let correlationId = '';
  let answer: AppendAnswer = { kind: 'refused', error: { type: '', message: 'an answer without a result' } };
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === RESPONSE.correlationId) correlationId = readUuid(fields.message());
    else if (field === RESPONSE.success) answer = written(fields.message());
    else if (field === RESPONSE.error) answer = refused(fields.message());
    else fields.skip();
  }
  return { correlationId, answer };
}

function written(fields: FieldReader): AppendAnswer {
  let revision = 0;
  let position = 0n;
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === SUCCESS.currentRevision) revision = fields.number();
    else if (field === SUCCESS.position) {
      const inner = fields.message();
      for (let part = inner.next(); part !== 0; part = inner.next())
        if (part === POSITION_COMMIT) position = inner.large();
        else inner.skip();
    } else fields.skip();
  }
  return { kind: 'written', revision, position };
}

function refused(fields: FieldReader): AppendAnswer {
  let message = '';
  let type = '';
  let details: FieldReader | undefined;
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === STATUS.message) message = fields.text();
    else if (field === STATUS.details) {
      const any = fields.message();
      for (let part = any.next(); part !== 0; part = any.next()) {
        if (part === ANY.url) type = any.text().replace(/^.*\//, '');
        else if (part === ANY.value) details = any.message();
        else any.skip();
      }
    } else fields.skip();
  }
  if (type === WRONG_VERSION) return { kind: 'wrongRevision', current: currentOf(details) };
  return { kind: 'refused', error: { type, message } };
}

function currentOf(fields: FieldReader | undefined): number | undefined {
  let current: number | undefined;
  if (fields === undefined) return current;
  for (let field = fields.next(); field !== 0; field = fields.next()) {
    if (field === CURRENT_REVISION) current = fields.number();
    else fields.skip();
  }
  return current;
}

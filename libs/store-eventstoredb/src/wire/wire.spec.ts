import { describe, expect, it } from '@jest/globals';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import fc from 'fast-check';
import { decodeAppendAnswer } from './append-answer.js';
import { encodeAppend, encodeEvents, type ProposedEvent } from './append-request.js';
import { FieldWriter } from './protobuf.js';
import { decodeReadAnswer } from './read-answer.js';
import { encodeLogRead, encodeStreamRead, encodeSubscription } from './read-request.js';

const RUNS = { numRuns: 300 };
const UINT64_MAX = 2n ** 64n - 1n;
const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const ascii = fc.string({ maxLength: 300 });
const events = fc.array(fc.record({ id: fc.uuid(), type: text, metadata: ascii, data: text }), {
  maxLength: 20,
});
const position = fc.oneof(fc.bigInt(0n, UINT64_MAX), fc.bigInt(0n, 1_000_000n));
const revision = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const nameOf = (identifier: { getStreamName_asU8(): Uint8Array } | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();

describe('what is sent, read by the messages of the client', () => {
  it('is the append that was meant', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        text,
        fc.option(revision, { nil: undefined }),
        events,
        (id, name, expected, list) => {
          const request = streams.BatchAppendReq.deserializeBinary(
            encodeAppend({ streamName: name, expected, events: encodeEvents(list) }, id, 5_250),
          );
          const options = request.getOptions();
          expect(request.getCorrelationId()?.getString()).toBe(id);
          expect(request.getIsFinal()).toBe(true);
          expect(nameOf(options?.getStreamIdentifier())).toBe(name);
          expect(options?.hasNoStream()).toBe(expected === undefined);
          expect(options?.getStreamPosition()).toBe(String(expected ?? 0));
          expect(request.getProposedMessagesList().map(proposed)).toEqual(list);
        },
      ),
      RUNS,
    );
  });

  it('is the read that was meant', () => {
    fc.assert(
      fc.property(
        position,
        fc.constantFrom('forwards', 'backwards'),
        revision,
        text,
        (from, direction, count, prefix) => {
          const log = streams.ReadReq.deserializeBinary(
            encodeLogRead({ from, direction, countMax: count, prefix }),
          ).getOptions();
          expect(log?.getAll()?.getPosition()?.getCommitPosition()).toBe(String(from));
          expect(log?.getAll()?.getPosition()?.getPreparePosition()).toBe(String(from));
          expect(log?.getReadDirection()).toBe(direction === 'forwards' ? 0 : 1);
          expect(log?.getCount()).toBe(String(count));
          expect(log?.getFilter()?.getStreamIdentifier()?.getPrefixList()).toEqual([prefix]);
          expect(log?.getUuidOption()?.hasString()).toBe(true);

          const stream = streams.ReadReq.deserializeBinary(
            encodeStreamRead({ streamName: prefix, from: count, direction, countMax: 7 }),
          ).getOptions();
          expect(nameOf(stream?.getStream()?.getStreamIdentifier())).toBe(prefix);
          expect(stream?.getStream()?.getRevision()).toBe(String(count));
          expect(stream?.hasNoFilter()).toBe(true);
        },
      ),
      RUNS,
    );
  });

  it('is the subscription that was meant', () => {
    const options = streams.ReadReq.deserializeBinary(encodeSubscription('start', 'main.')).getOptions();
    expect(options?.hasSubscription()).toBe(true);
    expect(options?.getAll()?.hasStart()).toBe(true);
    expect(options?.getFilter()?.getStreamIdentifier()?.getPrefixList()).toEqual(['main.']);
  });
});

describe('what comes in, written by the messages of the client', () => {
  it('is the event that was there', () => {
    fc.assert(
      fc.property(
        fc.record({ id: fc.uuid(), type: text, metadata: ascii, data: text }),
        text,
        revision,
        position,
        position,
        (event, name, at, commit, prepare) => {
          const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
          recorded.setId(uuid(event.id));
          recorded.setStreamIdentifier(identifier(name));
          recorded.setStreamRevision(String(at));
          recorded.setCommitPosition(String(commit));
          recorded.setPreparePosition(String(prepare));
          recorded.getMetadataMap().set('content-type', 'application/octet-stream').set('type', event.type);
          recorded.getMetadataMap().set('created', '1');
          recorded.setCustomMetadata(Buffer.from(event.metadata));
          recorded.setData(Buffer.from(event.data));
          const inner = new streams.ReadResp.ReadEvent();
          inner.setEvent(recorded);
          const response = new streams.ReadResp();
          response.setEvent(inner);
          const answer = decodeReadAnswer(Buffer.from(response.serializeBinary()));
          expect(answer.kind === 'event' ? shown(answer.event) : answer).toEqual({
            ...event,
            streamName: name,
            revision: at,
            commit,
            prepare,
          });
        },
      ),
      RUNS,
    );
  });

  it('is that a stream is not there, or nothing that needs an answer', () => {
    const missing = new streams.ReadResp();
    missing.setStreamNotFound(new streams.ReadResp.StreamNotFound());
    expect(decodeReadAnswer(Buffer.from(missing.serializeBinary()))).toEqual({ kind: 'streamNotFound' });
    const checkpoint = new streams.ReadResp();
    checkpoint.setCheckpoint(new streams.ReadResp.Checkpoint());
    expect(decodeReadAnswer(Buffer.from(checkpoint.serializeBinary()))).toEqual({ kind: 'other' });
  });

  it('is where an append was written', () => {
    fc.assert(
      fc.property(fc.uuid(), revision, position, (id, at, commit) => {
        const place = new shared.AllStreamPosition();
        place.setCommitPosition(String(commit));
        place.setPreparePosition(String(commit));
        const success = new streams.BatchAppendResp.Success();
        success.setCurrentRevision(String(at));
        success.setPosition(place);
        const response = answerTo(id);
        response.setSuccess(success);
        expect(decodeAppendAnswer(Buffer.from(response.serializeBinary()))).toEqual({
          correlationId: id,
          answer: { kind: 'written', revision: at, position: commit },
        });
      }),
      RUNS,
    );
  });

  it('is at which revision a stream is instead, or that there is none', () => {
    const wrong = new shared.WrongExpectedVersion();
    wrong.setCurrentStreamRevision('70000000000');
    expect(refusal('event_store.client.WrongExpectedVersion', wrong.serializeBinary())).toEqual({
      kind: 'wrongRevision',
      current: 70_000_000_000,
    });
    const none = new shared.WrongExpectedVersion();
    none.setCurrentNoStream(new shared.Empty() as never);
    expect(refusal('event_store.client.WrongExpectedVersion', none.serializeBinary())).toEqual({
      kind: 'wrongRevision',
      current: undefined,
    });
  });

  it('is why an append was refused', () => {
    expect(refusal('event_store.client.Timeout', new Uint8Array())).toEqual({
      kind: 'refused',
      error: { type: 'event_store.client.Timeout', message: 'Server Is Busy' },
    });
  });

  it('is refused when it is cut off', () => {
    const response = answerTo('5f0c1b1c-8f0e-4c55-9a54-0f1f5f8d2a10');
    const bytes = Buffer.from(response.serializeBinary());
    expect(() => decodeReadAnswer(Buffer.from([0x0a, 0x80]))).toThrow(RangeError);
    expect(() => decodeAppendAnswer(Buffer.concat([bytes, Buffer.from([0x80])]))).toThrow(RangeError);
  });
});

function proposed(message: InstanceType<typeof streams.BatchAppendReq.ProposedMessage>): ProposedEvent {
  expect(message.getMetadataMap().get('content-type')).toBe('application/octet-stream');
  return {
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    metadata: Buffer.from(message.getCustomMetadata_asU8()).toString(),
    data: Buffer.from(message.getData_asU8()).toString(),
  };
}

const shown = ({ metadata, data, ...rest }: { metadata: Buffer; data: Buffer }) => ({
  ...rest,
  metadata: metadata.toString(),
  data: data.toString(),
});

function uuid(value: string): InstanceType<typeof shared.UUID> {
  const made = new shared.UUID();
  made.setString(value);
  return made;
}

function identifier(name: string): InstanceType<typeof shared.StreamIdentifier> {
  const made = new shared.StreamIdentifier();
  made.setStreamName(Buffer.from(name));
  return made;
}

function answerTo(correlationId: string): InstanceType<typeof streams.BatchAppendResp> {
  const response = new streams.BatchAppendResp();
  response.setCorrelationId(uuid(correlationId));
  response.setStreamIdentifier(identifier('main.relationship-42'));
  return response;
}

function refusal(type: string, details: Uint8Array) {
  const any = new FieldWriter().text(1, `type.googleapis.com/${type}`).bytes(2, details);
  const error = new FieldWriter().text(2, 'Server Is Busy').message(3, any);
  const response = answerTo('5f0c1b1c-8f0e-4c55-9a54-0f1f5f8d2a10').serializeBinary();
  return decodeAppendAnswer(Buffer.concat([response, new FieldWriter().message(2, error).end()])).answer;
}

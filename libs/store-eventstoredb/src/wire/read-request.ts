import { FieldWriter } from './protobuf.js';

/** Where a read of the whole log begins: at a record's position, or at one of its ends. */
export type LogPlace = bigint | 'start' | 'end';

/** A read of one stream. */
export interface StreamRequest {
  readonly streamName: string;
  /** A revision, included; `end` is the last one. */
  readonly from: number | 'end';
  readonly direction: 'forwards' | 'backwards';
  readonly countMax: number;
}

/** A read of the whole log. */
export interface LogRequest {
  /** Included when reading, left out when subscribing. */
  readonly from: LogPlace;
  readonly direction: 'forwards' | 'backwards';
  readonly countMax: number;
  /** Only events of streams whose names begin so; all when undefined. */
  readonly prefix: string | undefined;
}

/** Fields of `ReadReq.Options`. */
const OPTIONS = {
  stream: 1,
  all: 2,
  direction: 3,
  count: 5,
  subscription: 6,
  filter: 7,
  noFilter: 8,
  uuid: 9,
} as const;
const STREAM = { identifier: 1, revision: 2, end: 4 } as const;
const STREAM_NAME = 3;
const ALL = { position: 1, start: 2, end: 3 } as const;
const POSITION = { commit: 1, prepare: 2 } as const;
const FILTER = { streamIdentifier: 1, max: 3, checkpointInterval: 5 } as const;
const EXPRESSION_PREFIX = 2;
const UUID_TEXT = 2;
const BACKWARDS = 1;
/** Records that the server looks at before it pauses: what it does by itself, said so that it stays. */
const SEARCH_WINDOW = 1_000;
/** The server tells where it stands after so many search windows without a match. */
const WINDOWS_PER_CHECKPOINT = 32;

/** The request for the events of a stream. */
export function encodeStreamRead({ streamName, from, direction, countMax }: StreamRequest): Buffer {
  const stream = new FieldWriter().message(
    STREAM.identifier,
    new FieldWriter().text(STREAM_NAME, streamName),
  );
  if (from === 'end') stream.message(STREAM.end);
  else stream.number(STREAM.revision, from);
  const options = new FieldWriter().message(OPTIONS.stream, stream).message(OPTIONS.noFilter);
  return request(counted(options, direction, countMax));
}

/** The request for events of the log, up to where it ends. */
export function encodeLogRead({ from, direction, countMax, prefix }: LogRequest): Buffer {
  return request(counted(filtered(placed(from), prefix), direction, countMax));
}

/** The request for events of the log after a place, and all that come. */
export function encodeSubscription(from: LogPlace, prefix: string): Buffer {
  return request(filtered(placed(from), prefix).message(OPTIONS.subscription));
}

function placed(from: LogPlace): FieldWriter {
  const all = new FieldWriter();
  if (typeof from === 'bigint')
    all.message(ALL.position, new FieldWriter().number(POSITION.commit, from).number(POSITION.prepare, from));
  else all.message(ALL[from]);
  return new FieldWriter().message(OPTIONS.all, all);
}

function filtered(options: FieldWriter, prefix: string | undefined): FieldWriter {
  if (prefix === undefined) return options.message(OPTIONS.noFilter);
  return options.message(
    OPTIONS.filter,
    new FieldWriter()
      .message(FILTER.streamIdentifier, new FieldWriter().text(EXPRESSION_PREFIX, prefix))
      .number(FILTER.max, SEARCH_WINDOW)
      .number(FILTER.checkpointInterval, WINDOWS_PER_CHECKPOINT),
  );
}

function counted(options: FieldWriter, direction: 'forwards' | 'backwards', countMax: number): FieldWriter {
  if (direction === 'backwards') options.number(OPTIONS.direction, BACKWARDS);
  return options.number(OPTIONS.count, Math.min(countMax, Number.MAX_SAFE_INTEGER));
}

const request = (options: FieldWriter): Buffer =>
  new FieldWriter().message(1, options.message(OPTIONS.uuid, new FieldWriter().message(UUID_TEXT))).end();

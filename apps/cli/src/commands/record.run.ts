import { randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseStrictJson, RapportError, valueOf, type Json, type JsonObject } from '@rapport/kernel';
import { EXIT, exitCodeOf, type ExitCode } from '../exit-codes.js';
import { categoryOf } from '@rapport/kernel';
import type { Invocation } from '../invocation.js';
import { openWriter, type Written } from '../ledger-access/writing.js';
import { printable } from '../terminal/terminal.js';

interface RecordOptions {
  readonly type?: string;
  readonly subject?: string;
  readonly dataJson?: string;
  readonly id?: string;
  readonly source: string;
  readonly time?: string;
  readonly episode?: string;
  readonly channel?: string;
  readonly direction?: string;
  readonly corrects?: string;
}

/** A touchpoint with the line it came from, or what is wrong with that line. */
type Given =
  | { readonly line: number; readonly touchpoint: JsonObject }
  | { readonly line: number; readonly rejected: Written & { status: 'rejected' } };

const BATCH_TOUCHPOINTS = 1_000;

/** `rapport record` */
export async function runRecordCommand(
  invocation: Invocation,
  options: RecordOptions,
  file?: string,
): Promise<ExitCode> {
  const given = givenBy(options, file);
  // Before the ledger is opened: a mistyped name must not bring one into being.
  if (file !== undefined && file !== '-') await access(file, constants.R_OK);
  const writer = await openWriter(invocation);
  const counts = { read: 0, recorded: 0, duplicate: 0, rejected: 0 };
  let exit: ExitCode = EXIT.ok;
  const tell = async (line: number, outcome: Written): Promise<void> => {
    counts.read++;
    counts[outcome.status]++;
    if (outcome.status === 'rejected') exit = exitCodeOf(categoryOf(outcome.code));
    await show(invocation, line, outcome);
  };
  try {
    for await (const batch of batched(given, invocation.signal)) {
      const sent = batch.flatMap((one) => ('touchpoint' in one ? [one] : []));
      const outcomes = sent.length === 0 ? [] : await writer.record(sent.map(({ touchpoint }) => touchpoint));
      let next = 0;
      for (const one of batch)
        await tell(one.line, 'touchpoint' in one ? (outcomes[next++] as Written) : one.rejected);
    }
    invocation.signal.throwIfAborted();
    await writer.settle();
  } finally {
    await writer.close();
  }
  if (!invocation.json && counts.read > 1) {
    invocation.terminal.note(
      `${counts.read} touchpoints: ${counts.recorded} recorded, ${counts.duplicate} duplicate, ${counts.rejected} rejected.`,
    );
  }
  return exit;
}

async function show({ terminal, json }: Invocation, line: number, outcome: Written): Promise<void> {
  if (json) return terminal.json({ line, ...outcome });
  if (outcome.status === 'rejected')
    return terminal.note(printable(`line ${line}: ${outcome.code}: ${outcome.message}`));
  return terminal.line(
    printable(`${outcome.status} ${outcome.subject} ${outcome.id} at position ${outcome.position}`),
  );
}

function givenBy(options: RecordOptions, file: string | undefined): AsyncIterable<Given> {
  const isByOptions =
    options.type !== undefined || options.subject !== undefined || options.dataJson !== undefined;
  if (isByOptions && file !== undefined)
    throw new RapportError(
      'INVALID_QUERY',
      'Give either a file or --type, --subject and --data-json, not both.',
    );
  if (isByOptions) return fromOptions(options);
  if (file === undefined && process.stdin.isTTY) {
    throw new RapportError(
      'INVALID_QUERY',
      'Nothing to record: name a file, pipe events in, or give --type, --subject and --data-json.',
    );
  }
  return fromStream(() => (file === undefined || file === '-' ? process.stdin : createReadStream(file)));
}

async function* fromOptions(options: RecordOptions): AsyncGenerator<Given> {
  const {
    type,
    subject,
    dataJson = '{}',
    corrects,
    id = randomUUID(),
    time = new Date().toISOString(),
    source,
    episode,
    channel,
    direction,
  } = options;
  if (type === undefined || subject === undefined)
    throw new RapportError(
      'INVALID_QUERY',
      'One touchpoint needs --type and --subject, and nearly always --data-json.',
    );
  const optional = Object.entries({ episode, channel, direction, correctsid: corrects }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  yield await Promise.resolve({
    line: 1,
    touchpoint: {
      specversion: '1.0',
      id,
      source,
      type,
      subject,
      time,
      ...Object.fromEntries(optional),
      data: valueOf(parseStrictJson(dataJson)),
    },
  });
}

/** One JSON document (an event or a list of them), or one event on each line. */
async function* fromStream(open: () => NodeJS.ReadableStream): AsyncGenerator<Given> {
  const stream = open();
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  failed.catch(() => undefined);
  const iterator = lines[Symbol.asyncIterator]();
  let number = 0;
  let document = '';
  for (;;) {
    const { value: text, done } = await Promise.race([iterator.next(), failed]);
    if (done === true) break;
    number++;
    if (text.trim() === '') continue;
    const parsed = document === '' ? parseStrictJson(text) : undefined;
    // A first line that is no JSON of its own may begin a document over several lines.
    if (document !== '' || (number === 1 && parsed?.ok === false && parsed.rejection.code === 'INVALID_JSON'))
      document += `${text}\n`;
    else if (parsed?.ok === true) yield* eventsIn(number, parsed.value);
    else if (parsed !== undefined)
      yield {
        line: number,
        rejected: { status: 'rejected', code: parsed.rejection.code, message: parsed.rejection.message },
      };
  }
  if (document !== '') yield* eventsIn(1, valueOf(parseStrictJson(document)));
}

function* eventsIn(line: number, json: Json): Generator<Given> {
  const events: readonly Json[] = Array.isArray(json) ? (json as readonly Json[]) : [json];
  for (const event of events) {
    if (typeof event === 'object' && event !== null && !Array.isArray(event))
      yield { line, touchpoint: event as JsonObject };
    else
      yield {
        line,
        rejected: {
          status: 'rejected',
          code: 'INVALID_ENVELOPE',
          message: 'A touchpoint is a JSON object (a CloudEvent).',
        },
      };
  }
}

async function* batched(given: AsyncIterable<Given>, signal: AbortSignal): AsyncGenerator<readonly Given[]> {
  let batch: Given[] = [];
  for await (const one of given) {
    if (signal.aborted) break;
    batch.push(one);
    if (batch.length < BATCH_TOUCHPOINTS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

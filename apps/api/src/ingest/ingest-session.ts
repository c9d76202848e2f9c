import { parseStrictJson, reject, type Json, type Rejection } from '@rapport/kernel';
import type { Ledger, RecordOutcome } from '@rapport/ledger';
import { answerChunk, IngestChunk, summaryLine, type IngestTotals } from './ingest-answers.js';
import { LineSplitter, type LineFault, type LineReceiver } from './line-splitter.js';

/** Touchpoints that go to the ledger together: enough to share one durable commit, few enough to answer soon. */
const CHUNK_LINES_MAX = 512;
const CHUNK_BYTES_MAX = 1024 * 1024;
/** Chunks on their way at once: while one is made durable, the next are read and checked. */
const CHUNKS_IN_FLIGHT_MAX = 10;

/** Where the answers of an ingest go. */
export interface AnswerSink {
  /**
   * Resolves when there is room for more; throws when nobody reads any more.
   * @param isLast nothing follows for now: whatever is gathered must go out
   */
  write(text: string, isLast: boolean): Promise<void>;
}

export interface IngestOptions {
  readonly ledger: Ledger;
  readonly sink: AnswerSink;
  readonly onlyRejected: boolean;
  readonly lineBytesMax: number;
  /** Ends the ingest early, with a summary that says so. */
  readonly stopSignal: AbortSignal;
  /** How an error of the ledger is told. */
  readonly explain: (error: unknown) => Rejection;
}

/**
 * Records a stream of lines: reads, checks, records in chunks, answers in the order of the lines. A chunk leaves when it
 * is full or when nothing is under way, so a slow stream is answered at once and a fast one shares its commits. Memory is
 * bounded by the chunks in flight: when the ledger or the reader of the answers is slow, the stream waits.
 */
export class IngestSession implements LineReceiver {
  private readonly totals: IngestTotals = { read: 0, recorded: 0, duplicate: 0, rejected: 0, unknown: 0 };
  private readonly splitter: LineSplitter;
  private chunk = new IngestChunk<Json>();
  private readonly ready: IngestChunk<Json>[] = [];
  private inFlight = 0;
  private brokenBy: Rejection | undefined;
  private answered: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;

  constructor(private readonly options: IngestOptions) {
    this.splitter = new LineSplitter(this, options.lineBytesMax);
  }

  /** Runs to the end of the input; resolves with the counts once the summary is written. */
  async run(input: AsyncIterable<Buffer>): Promise<IngestTotals> {
    const { sink, stopSignal } = this.options;
    for await (const bytes of input) {
      this.splitter.push(bytes);
      this.submitReady();
      await this.untilSubmitted();
      if (stopSignal.aborted) this.brokenBy ??= STOPPING;
      if (this.brokenBy !== undefined) break;
    }
    if (this.brokenBy === undefined) {
      this.splitter.end();
      this.closeChunk();
      this.submitReady();
      await this.untilSubmitted();
    }
    await this.answered;
    await sink.write(summaryLine(this.totals, this.brokenBy), true);
    return this.totals;
  }

  line(number: number, text: string): void {
    const parsed = parseStrictJson(text);
    if (parsed.ok) this.chunk.accepted(number, parsed.value, text.length);
    else this.chunk.refused(number, parsed.rejection);
    if (this.chunk.lines.length >= CHUNK_LINES_MAX || this.chunk.bytes >= CHUNK_BYTES_MAX) this.closeChunk();
  }

  fault(number: number, fault: LineFault): void {
    this.chunk.refused(number, FAULTS[fault]);
  }

  private closeChunk(): void {
    if (this.chunk.lines.length === 0) return;
    this.ready.push(this.chunk);
    this.chunk = new IngestChunk();
  }

  private submitReady(): void {
    if (this.inFlight === 0 && this.ready.length === 0) this.closeChunk();
    while (this.brokenBy === undefined && this.inFlight < CHUNKS_IN_FLIGHT_MAX) {
      const chunk = this.ready.shift();
      if (chunk === undefined) return;
      this.inFlight++;
      const outcomes = settled(this.options.ledger, chunk.touchpoints);
      this.answered = this.answered.then(() => this.answer(chunk, outcomes));
      this.answered.catch(() => this.wake()); // reaches the caller when the run awaits it
    }
  }

  private async untilSubmitted(): Promise<void> {
    while (this.ready.length > 0 && this.brokenBy === undefined) {
      await Promise.race([new Promise<void>((resolve) => (this.wake = resolve)), this.answered]);
    }
  }

  private async answer(chunk: IngestChunk<Json>, outcomes: Promise<Settled>): Promise<void> {
    const { sink, onlyRejected, explain } = this.options;
    const settledOutcomes = await outcomes;
    this.inFlight--;
    if (settledOutcomes.ok) {
      this.submitReady(); // the ledger goes on while the answer is written
      this.wake();
      await sink.write(
        answerChunk(chunk, settledOutcomes.outcomes, this.totals, onlyRejected),
        this.inFlight === 0,
      );
      return;
    }
    this.brokenBy ??= explain(settledOutcomes.error);
    this.totals.read += chunk.lines.length;
    this.totals.unknown += chunk.lines.length;
    this.wake();
  }
}

type Settled =
  | { readonly ok: true; readonly outcomes: readonly RecordOutcome[] }
  | { readonly ok: false; readonly error: unknown };

async function settled(ledger: Ledger, touchpoints: readonly Json[]): Promise<Settled> {
  try {
    return { ok: true, outcomes: touchpoints.length === 0 ? [] : await ledger.record(touchpoints) };
  } catch (error) {
    return { ok: false, error };
  }
}

const FAULTS: Readonly<Record<LineFault, Rejection>> = {
  tooLong: reject(
    'LIMIT_EXCEEDED',
    'The line is longer than a line may be (1 MiB): put large things behind `evidence` links.',
  ).rejection,
  notUtf8: reject('INVALID_TEXT', 'The line is not UTF-8: send it in that encoding.').rejection,
};

const STOPPING = reject(
  'SHUTTING_DOWN',
  'The server is stopping: send the rest, or everything, when it is back.',
).rejection;

import type { Rejection } from '@rapport/kernel';
import type { RecordOutcome } from '@rapport/ledger';

/** Counts of an ingest. `unknown` are lines sent to a store that broke: send them again, that is safe. */
export interface IngestTotals {
  read: number;
  recorded: number;
  duplicate: number;
  rejected: number;
  unknown: number;
}

/** One chunk of lines on its way through the ledger. A slot holds its rejection, or waits for an outcome. */
export class IngestChunk<T> {
  readonly lines: number[] = [];
  readonly rejections: (Rejection | undefined)[] = [];
  readonly touchpoints: T[] = [];
  bytes = 0;

  accepted(line: number, touchpoint: T, bytes: number): void {
    this.lines.push(line);
    this.rejections.push(undefined);
    this.touchpoints.push(touchpoint);
    this.bytes += bytes;
  }

  refused(line: number, rejection: Rejection): void {
    this.lines.push(line);
    this.rejections.push(rejection);
  }
}

/**
 * Writes the answers of a chunk as NDJSON and counts them.
 * @param outcomes those of the chunk's touchpoints in order
 */
export function answerChunk<T>(
  chunk: IngestChunk<T>,
  outcomes: readonly RecordOutcome[],
  totals: IngestTotals,
  onlyRejected: boolean,
): string {
  let text = '';
  let next = 0;
  chunk.lines.forEach((line, slot) => {
    totals.read++;
    const rejection = chunk.rejections[slot] ?? rejectionIn(outcomes[next]);
    const outcome = chunk.rejections[slot] === undefined ? outcomes[next++] : undefined;
    if (rejection !== undefined) {
      totals.rejected++;
      text += rejectedLine(line, rejection);
    } else if (outcome !== undefined && outcome.status !== 'rejected') {
      totals[outcome.status]++;
      if (!onlyRejected)
        text += `{"line":${line},"status":"${outcome.status}","position":"${outcome.position}"}\n`;
    }
  });
  return text;
}

const rejectionIn = (outcome: RecordOutcome | undefined): Rejection | undefined =>
  outcome?.status === 'rejected' ? outcome.rejection : undefined;

function rejectedLine(line: number, { code, message, pointer }: Rejection): string {
  return `${JSON.stringify({ line, status: 'rejected', code, message, ...(pointer === undefined ? {} : { pointer }) })}\n`;
}

/** The last line of an ingest; with a rejection when it ended before its input did. */
export function summaryLine(totals: IngestTotals, brokenBy?: Rejection): string {
  const { unknown, ...counts } = totals;
  const broken = brokenBy === undefined ? {} : { unknown, code: brokenBy.code, message: brokenBy.message };
  return `${JSON.stringify({ summary: true, complete: brokenBy === undefined, ...counts, ...broken })}\n`;
}

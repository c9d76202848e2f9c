import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readSpan, type Bounds, type BoundsGiven } from '@rapport/kernel';
import { queries } from '@rapport/profiles';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { receiptName, writeReceipt } from '../export/receipt-files.js';
import { writeItems } from '../export/write-items.js';
import type { Invocation } from '../invocation.js';
import type { Ledger } from '../ledger-access/ledger.js';
import { boundsOf, reading } from '../ledger-access/reading.js';
import { recordViewing } from '../ledger-access/viewing.js';
import { progress } from '../terminal/progress.js';
import { jsonText } from '../terminal/terminal.js';

interface ReportOptions extends BoundsGiven, queries.ViewingGiven {
  readonly from?: string;
  readonly to?: string;
  readonly recordedFrom?: string;
  readonly recordedTo?: string;
  readonly out?: string;
  readonly receipts?: string;
}

/** `rapport report` */
export async function runReport(
  invocation: Invocation,
  options: ReportOptions,
  party: string,
): Promise<ExitCode> {
  const { terminal, json } = invocation;
  const period = periodOf(options);
  return reading(invocation, async (ledger) => {
    const bounds = await boundsOf(ledger, options);
    const answer = await queries.partyReport(ledger, ledger, party, { period }, bounds);
    const { position, value } = answer;
    // Only now: a name that nobody has is a slip, not a viewing.
    await recordViewing(invocation, options, { key: value.party, scope: `report at position ${position}` });
    const pinned = { ...bounds, knownAt: position };
    const shown =
      options.receipts === undefined
        ? answer
        : await withReceipts(invocation, ledger, party, { period, pinned, folder: options.receipts, answer });
    const text = json
      ? [`${jsonText({ ...shown, bounds })}\n`]
      : queries.reportMarkdown({ ...shown, bounds });
    await writeItems(invocation, text, { path: options.out, textOf: (piece) => piece });
    const where = options.out === undefined ? '' : ` written to ${options.out}`;
    terminal.note(`A report of ${value.counts.events} events${where}.`);
    return EXIT.ok;
  });
}

type Report = Awaited<ReturnType<typeof queries.partyReport>>;

/** The same report at the same position, with the receipt of each of its events in a folder. */
async function withReceipts(
  { terminal, json, signal }: Invocation,
  ledger: Ledger,
  party: string,
  asked: {
    readonly period: queries.ReportPeriod;
    readonly pinned: Bounds;
    readonly folder: string;
    readonly answer: Report;
  },
): Promise<Report> {
  const { period, pinned, folder, answer } = asked;
  await mkdir(folder, { recursive: true });
  const bar = await progress(terminal, 'Writing receipts', answer.value.counts.events, json);
  let done = 0;
  const receiptOf = async (position: bigint): Promise<string> => {
    signal.throwIfAborted();
    const path = join(folder, receiptName(position));
    await writeReceipt(ledger.log, position, path);
    bar.update(++done, `${done} receipts`);
    return `${path}.tlog-proof`;
  };
  try {
    return await queries.partyReport(ledger, ledger, party, { period, receiptOf }, pinned);
  } finally {
    bar.stop();
  }
}

const periodOf = ({ from, to, recordedFrom, recordedTo }: ReportOptions): queries.ReportPeriod => {
  const [first, last] = readSpan({ from, to }, { from: '--from', to: '--to' });
  const [recordedFirst, recordedLast] = readSpan(
    { from: recordedFrom, to: recordedTo },
    { from: '--recorded-from', to: '--recorded-to' },
  );
  return { from: first, to: last, recordedFrom: recordedFirst, recordedTo: recordedLast };
};

import { readFile, stat } from 'node:fs/promises';
import { parseStrictJson, RapportError } from '@rapport/kernel';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { importJournal, type ImportJournal } from '../import/import-journal.js';
import { mapperOf } from '../import/mapper.js';
import { invalid, parseMapping, type Mapping } from '../import/mapping.js';
import { rejectsFile } from '../import/rejects-file.js';
import { openRows } from '../import/rows/open-rows.js';
import {
  NOTHING_COUNTED,
  runImport,
  type ImportCounts,
  type ImportProblem,
  type Sink,
} from '../import/run-import.js';
import { unitsOf } from '../import/unit.js';
import type { Invocation } from '../invocation.js';
import { wholeNumber } from '../ledger-access/reading.js';
import { progress } from '../terminal/progress.js';
import { printable } from '../terminal/terminal.js';

interface ImportOptions {
  readonly map: string;
  readonly dryRun?: boolean;
  readonly rejects?: string;
  readonly resume?: boolean;
  readonly errors: string;
}

/** Where touchpoints go. */
interface Destination {
  readonly sink: Sink;
  readonly journal: ImportJournal | undefined;
  readonly finish: (counts: ImportCounts) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `rapport import` */
export async function runImportCommand(
  invocation: Invocation,
  options: ImportOptions,
  file: string,
): Promise<ExitCode> {
  const { terminal, json } = invocation;
  const errorsMax = wholeNumber(options.errors, '--errors', { min: 0, max: 1_000_000 });
  const mappingText = await readFile(options.map, 'utf8');
  const mapping = mappingOf(mappingText, options.map);
  const mapper = mapperOf(mapping);
  const { size } = await stat(file);
  const destination =
    options.dryRun === true ? await dryRun() : await ledgerDestination(invocation, file, mappingText);
  const rejects = options.rejects === undefined ? undefined : rejectsFile(options.rejects);
  const rows = openRows(file, mapping);
  const bar = await progress(terminal, `Importing ${file}`, size, json);
  const problems = { all: 0 };
  const startedMs = performance.now();
  try {
    const before = options.resume === true ? await destination.journal?.read() : undefined;
    if (before !== undefined) terminal.note(`Going on after ${before.counts.rows} rows.`);
    const counts = await runImport({
      units: unitsOf(rows, mapping),
      mapper,
      sink: destination.sink,
      skip: before?.unitsDone ?? 0,
      counted: before?.counts ?? NOTHING_COUNTED,
      signal: invocation.signal,
      onProblem: async (problem) => {
        if (problems.all++ < errorsMax) terminal.note(problemLine(problem));
        await rejects?.add(problem, rows.header);
      },
      onBatch: async (unitsDone, counted) => {
        bar.update(
          rows.bytesRead,
          `${counted.read} touchpoints, ${rate(counted.read - (before?.counts.read ?? 0), startedMs)}/s`,
        );
        await destination.journal?.write(unitsDone, counted);
      },
    });
    bar.stop();
    if (problems.all > errorsMax) terminal.note(`… and ${problems.all - errorsMax} more.`);
    if (!invocation.signal.aborted) await destination.finish(counts);
    await report(invocation, options, counts, startedMs);
    if (invocation.signal.aborted) {
      terminal.note('Stopped. What is counted is recorded; run the same command with --resume to go on.');
      throw invocation.signal.reason;
    }
    return counts.rejected > 0 ? EXIT.invalid : EXIT.ok;
  } finally {
    bar.stop();
    await rejects?.close();
    await destination.close();
  }
}

function mappingOf(text: string, path: string): Mapping {
  const parsed = parseStrictJson(text);
  if (!parsed.ok)
    throw new RapportError('INVALID_MAPPING', `${path} is not a mapping: ${parsed.rejection.message}`);
  try {
    return parseMapping(parsed.value);
  } catch (error) {
    if (error instanceof RapportError && error.code === 'INVALID_MAPPING')
      throw invalid(
        error.pointer ?? '',
        error.message.replace(/^The mapping's \S+ /, '').replace(/\.$/, ` (${path})`),
      );
    throw error;
  }
}

async function ledgerDestination(
  invocation: Invocation,
  file: string,
  mappingText: string,
): Promise<Destination> {
  const { openWriter } = await import('../ledger-access/writing.js');
  const writer = await openWriter(invocation, { isLong: true });
  const { configurationFor } = await import('../ledger-access/opening.js');
  const { placeOf } = await import('@rapport/profiles');
  const configuration = configurationFor(invocation);
  const journal = await importJournal({
    dataDir: invocation.dataDir,
    ledger: configuration.profile === 'embedded' ? undefined : placeOf(configuration),
    tenant: invocation.tenant,
    file,
    mappingText,
  });
  return {
    sink: (touchpoints) => writer.record(touchpoints),
    journal,
    finish: async () => {
      const waiting = await progress(
        invocation.terminal,
        'Bringing the views up to date',
        0,
        invocation.json,
      );
      await writer.settle((lagEvents) => waiting.update(0, `${lagEvents} events to go`));
      waiting.stop();
      await journal.remove();
    },
    close: () => writer.close(),
  };
}

/** Checks touchpoints as recording would, as far as each stands for itself: what a stream decides is not asked. */
async function dryRun(): Promise<Destination> {
  const { openChecker } = await import('../ledger-access/checking.js');
  const checker = await openChecker();
  return {
    sink: (touchpoints) => Promise.resolve(checker.check(touchpoints)),
    journal: undefined,
    finish: () => Promise.resolve(),
    close: () => checker.close(),
  };
}

function problemLine({ rows, code, message }: ImportProblem): string {
  const [first] = rows;
  const where =
    rows.length > 1 ? `line ${first?.line ?? 0} and ${rows.length - 1} more` : `line ${first?.line ?? 0}`;
  return printable(`${where}: ${code}: ${message}`);
}

const rate = (count: number, sinceMs: number): number =>
  Math.round(count / Math.max(0.001, (performance.now() - sinceMs) / 1_000));

async function report(
  { terminal, json }: Invocation,
  { dryRun: dry, rejects }: ImportOptions,
  counts: ImportCounts,
  startedMs: number,
): Promise<void> {
  if (json)
    return terminal.json(
      dry === true
        ? {
            rows: counts.rows,
            read: counts.read,
            valid: counts.recorded,
            rejected: counts.rejected,
            dryRun: true,
          }
        : counts,
    );
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  const { rows, read, recorded, duplicate, rejected } = counts;
  const done = dry === true ? `${recorded} valid` : `${recorded} recorded, ${duplicate} duplicate`;
  await terminal.line(
    `${rows} rows gave ${read} touchpoints in ${seconds} s: ${done}, ${rejected} rejected.`,
  );
  if (dry === true) terminal.note('Nothing was recorded: this was a dry run.');
  if (rejected > 0 && rejects !== undefined)
    terminal.note(
      `The rows to mend are in ${rejects}; import that file with the same mapping when they are mended.`,
    );
}

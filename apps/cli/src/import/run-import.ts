import type { ErrorCode, JsonObject } from '@rapport/kernel';
import type { Mapped, Mapper } from './mapper.js';
import type { BrokenRow, Row } from './rows/row.js';
import type { Unit, Unusable } from './unit.js';

/** Counts of touchpoints: `read` = `recorded` + `duplicate` + `rejected`. A row that gives none at all and should have counts as one rejected. */
export interface ImportCounts {
  readonly rows: number;
  readonly read: number;
  readonly recorded: number;
  readonly duplicate: number;
  readonly rejected: number;
}

/** What became of one touchpoint, as far as an import cares. */
export type Verdict =
  | { readonly status: 'recorded' | 'duplicate' }
  | { readonly status: 'rejected'; readonly code: ErrorCode; readonly message: string };

/** Takes batches of touchpoints: a ledger, a server, or a dry run. Answers one verdict each, in order. */
export type Sink = (touchpoints: readonly JsonObject[]) => Promise<readonly Verdict[]>;

/** A touchpoint or row that was not recorded. */
export interface ImportProblem {
  readonly rows: readonly (Row | BrokenRow)[];
  readonly code: ErrorCode;
  readonly message: string;
}

export interface ImportRun {
  readonly units: AsyncIterable<Unit | Unusable>;
  readonly mapper: Mapper;
  readonly sink: Sink;
  /** Units to pass over: recorded before an interruption. */
  readonly skip: number;
  /** Counts up to there. */
  readonly counted: ImportCounts;
  readonly signal: AbortSignal;
  readonly onProblem: (problem: ImportProblem) => Promise<void>;
  /** After every batch: units whose touchpoints are all durable. */
  readonly onBatch: (unitsDone: number, counts: ImportCounts) => Promise<void>;
}

export const NOTHING_COUNTED: ImportCounts = { rows: 0, read: 0, recorded: 0, duplicate: 0, rejected: 0 };

/** Touchpoints sent together: enough for one disk flush to serve many, few enough that progress is seen. */
const BATCH_TOUCHPOINTS = 1_000;

interface Pending {
  readonly touchpoint: JsonObject;
  readonly rows: readonly Row[];
}

/**
 * Sends what the units become, batch by batch; stops between two batches when the signal aborts.
 * @returns the counts, which add up also when it was stopped
 */
export async function runImport(run: ImportRun): Promise<ImportCounts> {
  const counts = { ...run.counted };
  const pending: Pending[] = [];
  let units = 0;

  const flush = async (): Promise<void> => {
    if (pending.length > 0) {
      const batch = pending.splice(0);
      const verdicts = await run.sink(batch.map(({ touchpoint }) => touchpoint));
      for (const [index, verdict] of verdicts.entries()) {
        counts[verdict.status]++;
        if (verdict.status === 'rejected')
          await run.onProblem({
            rows: batch[index]?.rows ?? [],
            code: verdict.code,
            message: verdict.message,
          });
      }
      counts.read += batch.length;
    }
    await run.onBatch(units, { ...counts });
  };
  const refuse = async (rows: readonly (Row | BrokenRow)[], message: string): Promise<void> => {
    counts.read++;
    counts.rejected++;
    await run.onProblem({ rows, code: 'INVALID_PAYLOAD', message });
  };
  const take = async (unit: Unit, mapped: readonly Mapped[]): Promise<void> => {
    for (const one of mapped) {
      if ('touchpoint' in one) pending.push({ touchpoint: one.touchpoint, rows: unit.rows });
      else await refuse(unit.rows, `The mapping's ${one.problem}.`);
    }
  };

  for await (const unit of run.units) {
    if (run.signal.aborted) break;
    if (units++ < run.skip) continue;
    counts.rows += unit.rows.length;
    if (unit.kind === 'unusable') await refuse(unit.rows, `The row ${unit.reason}.`);
    else {
      const mapped = run.mapper.map(unit);
      await take(unit, mapped instanceof Promise ? await mapped : mapped);
    }
    if (pending.length >= BATCH_TOUCHPOINTS) await flush();
  }
  await flush();
  return counts;
}

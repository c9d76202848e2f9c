import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rapport } from '@rapport/profiles';
import { RapportError, type JsonObject } from '@rapport/kernel';
import { progress } from './terminal/progress.js';
import type { Invocation } from './invocation.js';

/** The tenant that holds the living example. */
export const SAMPLE_TENANT = 'sample';

const BATCH_TOUCHPOINTS = 500;
/** About how many there are: for the progress bar alone. */
const SAMPLE_TOUCHPOINTS = 27_000;

/** Stands in the data folder while the example is being brought in: what was interrupted is completed by the next start. */
const markOf = (dataDir: string): string => join(dataDir, '.sample-unfinished');

/** Whether a start of the server was interrupted while it brought the example in. */
export const isSampleUnfinished = (dataDir: string): boolean => existsSync(markOf(dataDir));

/**
 * Records the living example. It is the same every time, so that doing it again after an interruption completes it.
 * @returns how many touchpoints it has
 */
export async function fillSample(
  rapport: Rapport,
  { dataDir, terminal, signal }: Pick<Invocation, 'dataDir' | 'terminal' | 'signal'>,
): Promise<number> {
  const { generateSample } = await import('./sample/generate-sample.js');
  await writeFile(markOf(dataDir), '');
  const ledger = await rapport.ledger(SAMPLE_TENANT);
  const bar = await progress(terminal, 'Bringing in the example', SAMPLE_TOUCHPOINTS);
  let done = 0;
  const record = async (batch: readonly JsonObject[]): Promise<void> => {
    const outcomes = await ledger.record(batch);
    // The example ends on a fixed day: where the clock stands before it, the last part is left out.
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' && outcome.rejection.code !== 'TIME_IN_FUTURE' ? [outcome.rejection] : [],
    );
    if (refused[0] !== undefined) throw RapportError.from(refused[0]);
    done += outcomes.filter(({ status }) => status !== 'rejected').length;
    bar.update(done, `${done} touchpoints`);
  };
  try {
    let batch: JsonObject[] = [];
    for (const touchpoint of generateSample()) {
      signal.throwIfAborted();
      batch.push(touchpoint);
      if (batch.length < BATCH_TOUCHPOINTS) continue;
      await record(batch);
      batch = [];
    }
    if (batch.length > 0) await record(batch);
  } finally {
    bar.stop();
  }
  await rm(markOf(dataDir), { force: true });
  return done;
}

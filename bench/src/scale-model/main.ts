import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTask } from '../runner/task.js';
import type { Costs } from './costs.js';
import { reportOf } from './report.js';

const EVENTS = 100_000;
/** Events that are appended to an EventStoreDB, where one answers. */
const APPENDED = 5_000;
const TIMEOUT_MS = 30 * 60_000;

// `npm run scale-model [-- EVENTS]`: measures what an event costs, and computes what firms of several sizes come to.
const events = Number(process.argv[2] ?? EVENTS);
if (!Number.isSafeInteger(events) || events < 1_000)
  throw new Error('Give a number of events from 1,000 on.');
const dataDir = mkdtempSync(join(tmpdir(), 'rapport-scale-model-'));
try {
  process.stderr.write(`Measuring ${events} events and every view …\n`);
  const costs = await runTask<Costs>('costs', { dataDir, events }, TIMEOUT_MS);
  process.stdout.write(`${reportOf(costs, await bytesInEventStoreDb(dataDir))}\n`);
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

/** Undefined, after a line that says so, where no server answers. */
async function bytesInEventStoreDb(from: string): Promise<number | undefined> {
  const url = process.env['RAPPORT_TEST_EVENTSTOREDB'] ?? 'esdb://127.0.0.1:2113?tls=false';
  const tenant = `bench${process.pid}`; // of its own, whatever else the server holds
  try {
    return await runTask<number>('log-bytes', { dataDir: from, url, events: APPENDED, tenant }, TIMEOUT_MS);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The log of EventStoreDB was not measured (RAPPORT_TEST_EVENTSTOREDB): ${why}\n`);
    return undefined;
  }
}

import { randomUUID } from 'node:crypto';
import { mongoDbServer } from '@rapport/store-mongodb';
import type { Bench, Figure } from './runner/bench.js';
import { median } from './runner/statistics.js';
import { runTask } from './runner/task.js';

const TASK_MS_MAX = 300_000;
const PROBE_MS_MAX = 3_000;
const BATCH_SIZE = 2_000;
const DOCUMENTS = 20_000;

const CASES = [
  { name: 'mongodb: save', way: 'save', repeats: 3 },
  { name: 'mongodb: fill', way: 'fill', repeats: 1 },
] as const;

/** What it costs that writes of views are whole and fenced. */
export const mongoDb: Bench = {
  name: 'mongodb',
  measures:
    'documents saved and filled through the view store, against bulk upserts of the same by the driver alone on the same server (RAPPORT_TEST_MONGODB)',
  run: async ({ rounds = 5, events: documents = DOCUMENTS }) => {
    const url = process.env['RAPPORT_TEST_MONGODB'] ?? 'mongodb://127.0.0.1:27017';
    let version: string;
    try {
      ({ version } = await mongoDbServer(url, 'rapport_bench', PROBE_MS_MAX));
    } catch {
      process.stderr.write('mongodb: skipped, since no server answers (RAPPORT_TEST_MONGODB)\n');
      return [];
    }
    const measure = (side: 'rapport' | 'driver', way: string, repeats: number) =>
      runTask<{ readonly perSecond: number }>(
        'mongodb',
        { side, way, url, database: newDatabase(), documents, batchSize: BATCH_SIZE, repeats },
        TASK_MS_MAX,
      );
    const figures: Figure[] = [];
    for (const { name, way, repeats } of CASES) {
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < rounds; round++)
        // In turns, so that neither side always has the server as the other left it.
        for (const side of round % 2 === 0
          ? (['rapport', 'driver'] as const)
          : (['driver', 'rapport'] as const))
          (side === 'rapport' ? ours : theirs).push((await measure(side, way, repeats)).perSecond);
      figures.push({
        name,
        unit: 'ratio',
        value: median(ours.map((perSecond, round) => perSecond / (theirs[round] ?? Number.NaN))),
        must: { atLeast: 0.7 },
        goal: { atLeast: 0.9 },
        detail: {
          'Rapport documents/s': median(ours),
          'driver documents/s': median(theirs),
          documents: documents * repeats,
          'documents a batch': BATCH_SIZE,
          server: version,
          rounds,
        },
      });
    }
    return figures;
  },
};

const newDatabase = (): string => `rapport_bench_${randomUUID().slice(0, 8)}`;

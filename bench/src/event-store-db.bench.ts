import { randomUUID } from 'node:crypto';
import { eventStoreDbServer } from '@rapport/store-eventstoredb';
import type { Bench, Figure } from './runner/bench.js';
import { median } from './runner/statistics.js';
import { runTask } from './runner/task.js';

const SECONDS = 4;
const TASK_MS_MAX = 120_000;
const PROBE_MS_MAX = 3_000;
const READ_EVENTS = 50_000;

interface Measured {
  readonly perSecond: number;
  readonly events: number;
}

const CASES = [
  { name: 'eventstoredb: one at a time', callers: 1, batchSize: 1 },
  { name: 'eventstoredb: 32 at once', callers: 32, batchSize: 1 },
  { name: 'eventstoredb: batches of 256', callers: 1, batchSize: 256 },
  { name: 'eventstoredb: 4 batches of 256 at once', callers: 4, batchSize: 256 },
] as const;

/** What the store costs over its server's client. */
export const eventStoreDb: Bench = {
  name: 'eventstoredb',
  measures:
    'appends and catching up through the EventStoreDB store, against its client alone on the same server (RAPPORT_TEST_EVENTSTOREDB)',
  run: async ({ rounds = 5, events = READ_EVENTS }) => {
    const url = process.env['RAPPORT_TEST_EVENTSTOREDB'] ?? 'esdb://127.0.0.1:2113?tls=false';
    let version: string;
    try {
      ({ version } = await eventStoreDbServer(url, PROBE_MS_MAX));
    } catch {
      process.stderr.write('eventstoredb: skipped, since no server answers (RAPPORT_TEST_EVENTSTOREDB)\n');
      return [];
    }
    const task = <T extends Measured>(
      side: 'rapport' | 'client',
      more: Readonly<Record<string, number | string>>,
    ) =>
      runTask<T>(
        'event-store-db',
        { side, url, seconds: SECONDS, callers: 1, batchSize: 1, tenant: newTenant(), ...more },
        TASK_MS_MAX,
      );
    const figures: Figure[] = [];
    for (const { name, callers, batchSize } of CASES)
      figures.push(
        await compared(name, rounds, { callers, 'events an append': batchSize, server: version }, (side) =>
          task(side, { callers, batchSize }),
        ),
      );
    figures.push(await catchUp(task, events, rounds, version));
    return figures;
  },
};

/** Both sides read the same events, which are written before and lie at the end of the log. */
async function catchUp(
  task: <T extends Measured>(
    side: 'rapport' | 'client',
    more: Readonly<Record<string, number | string>>,
  ) => Promise<T>,
  events: number,
  rounds: number,
  version: string,
): Promise<Figure> {
  const tenant = newTenant();
  let written = 0;
  let after: string | undefined;
  while (written < events) {
    const more = await task<Measured & { readonly after: string }>('rapport', {
      tenant,
      callers: 4,
      batchSize: 256,
    });
    written += more.events;
    after ??= more.after;
  }
  return compared('eventstoredb: catching up', rounds, { events: written, server: version }, (side) =>
    task(side, { tenant, after: after ?? '0' }),
  );
}

async function compared(
  name: string,
  rounds: number,
  detail: Figure['detail'],
  measure: (side: 'rapport' | 'client') => Promise<Measured>,
): Promise<Figure> {
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    // In turns, so that neither side always has the server as the other left it.
    for (const side of round % 2 === 0 ? (['rapport', 'client'] as const) : (['client', 'rapport'] as const))
      (side === 'rapport' ? ours : theirs).push(await measure(side));
  }
  return {
    name,
    unit: 'ratio',
    value: median(ours.map((one, round) => one.perSecond / (theirs[round]?.perSecond ?? Number.NaN))),
    must: { atLeast: 0.9 },
    goal: { atLeast: 1 },
    detail: {
      'Rapport events/s': median(ours.map((one) => one.perSecond)),
      'client events/s': median(theirs.map((one) => one.perSecond)),
      ...detail,
      rounds,
    },
  };
}

const newTenant = (): string => `t${randomUUID().replaceAll('-', '')}`;

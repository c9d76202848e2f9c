// Records generated touchpoints, then builds every view alone: what an event costs in bytes and in CPU time. CPU time is that
// of all threads of this process, so other work of the machine changes it little.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@rapport/kernel';
import { openEmbedded, verifyStore } from '@rapport/profiles';
import Sqlite from 'better-sqlite3';
import { touchpoints } from '../ledger/touchpoints.js';
import type { Costs, ViewCost } from '../scale-model/costs.js';
import { answer, input } from './answer.js';

const BATCH_SIZE = 512;
const CATCH_UP_MS_MAX = 10 * 60_000;
const MICROSECONDS = 1e6;

const { dataDir, events } = input<{ dataDir: string; events: number }>();
const rapport = await openEmbedded({ dataDir, projector: 'thread' });
const ledger = await rapport.ledger('main');
const recordedAndViewed = await cpuSeconds(recordAll);
const { count } = await ledger.head();
const views = new Map<string, number>();
for (const { name } of ledger.views) views.set(name, await cpuSeconds(() => ledger.rebuild(name)));
const allViews = await cpuSeconds(() => ledger.rebuild(undefined));
const rfm = await cpuSeconds(() => ledger.analyse('rfm', {}));
await rapport.close();
const verified = await cpuSeconds(() => verifyStore({ dataDir, tenant: 'main' }));
answer(costs());

async function recordAll(): Promise<void> {
  let batch: JsonObject[] = [];
  for (const touchpoint of touchpoints(events)) {
    batch.push(touchpoint);
    if (batch.length < BATCH_SIZE) continue;
    await record(batch);
    batch = [];
  }
  if (batch.length > 0) await record(batch);
  await ledger.waitFor((await ledger.head()).position, CATCH_UP_MS_MAX);
}

async function record(batch: readonly JsonObject[]): Promise<void> {
  const rejected = (await ledger.record(batch)).find(({ status }) => status === 'rejected');
  if (rejected !== undefined) throw new Error('a generated touchpoint was rejected');
}

async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / MICROSECONDS;
}

function costs(): Costs {
  const perEvent = (total: number): number => total / count;
  const micros = (seconds: number): number => perEvent(seconds * MICROSECONDS);
  const bytes = (name: string): number => statSync(join(dataDir, 'main', name)).size;
  const { persons, body } = inLedger();
  const sizes = bytesOfViews();
  return {
    events: count,
    relationships: persons,
    bodyBytes: body,
    ledgerBytes: perEvent(bytes('ledger.db')),
    keyBytesPerRelationship: bytes('keys.db') / persons,
    recordedAndViewedMicros: micros(recordedAndViewed),
    allViewsMicros: micros(allViews),
    verifiedMicros: micros(verified),
    rfmMicrosPerRelationship: (rfm * MICROSECONDS) / persons,
    historyBytes: perEvent(sizes.get('history') ?? 0),
    views: [...views].map(([view, seconds]): ViewCost => ({
      view,
      micros: micros(seconds),
      bytes: perEvent(sizes.get(view) ?? 0),
    })),
  };
}

function inLedger(): { readonly persons: number; readonly body: number } {
  return reading('ledger.db', (db) => ({
    persons: db
      .prepare("SELECT count(*) FROM streams WHERE name LIKE 'relationship/%'")
      .pluck()
      .get() as number,
    body: db.prepare('SELECT avg(length(CAST(body AS BLOB))) FROM events').pluck().get() as number,
  }));
}

/** Bytes of the pages of each live view with its indexes, by the name of the view; `history` is the engine's own index. */
function bytesOfViews(): ReadonlyMap<string, number> {
  return reading('views.db', (db) => {
    const pages = db.prepare('SELECT name, sum(pgsize) FROM dbstat GROUP BY name').raw().all() as [
      string,
      number,
    ][];
    const copies = db.prepare('SELECT id, name FROM copies').raw().all() as [number, string][];
    const sizes = new Map<string, number>();
    for (const [table, size] of pages) {
      const id = /^(?:sqlite_autoindex_)?(?:documents|entries)_(\d+)/.exec(table)?.[1];
      const view =
        copies.find(([copy]) => String(copy) === id)?.[1] ??
        (table.includes('history') ? 'history' : undefined);
      if (view !== undefined) sizes.set(view, (sizes.get(view) ?? 0) + size);
    }
    return sizes;
  });
}

function reading<T>(name: string, read: (db: Sqlite.Database) => T): T {
  const db = new Sqlite(join(dataDir, 'main', name), { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

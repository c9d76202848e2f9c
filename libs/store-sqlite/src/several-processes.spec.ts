import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '@rapport/ledger';
import { all, failure, plainSealer, sampleEvents } from '@rapport/testing';
import { sqliteEventStore, sqliteViewStore } from './index.js';

// Another process runs what is compiled, which `npm test` has made ready.
const STORE = new URL('../dist/index.js', import.meta.url).href;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-processes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ledgerFile = (): string => join(folder, 'ledger.db');
const WRITERS = ['inline', 'thread'] as const;
type Writer = (typeof WRITERS)[number];
const openLedger = (writer: Writer) =>
  sqliteEventStore({ file: ledgerFile(), tenant: 'main', sealer: plainSealer, writer });
const openReader = () => sqliteEventStore({ file: ledgerFile(), tenant: 'main', readOnly: true });

/** Appends in another process, many at a time, and says each acknowledged one: stream, revision, position. */
const APPENDER = `
  import { randomUUID } from 'node:crypto';
  import { sqliteEventStore } from ${JSON.stringify(STORE)};
  import { plainSealer } from ${JSON.stringify(plainSealer.module)};
  const store = sqliteEventStore({ file: process.argv[2], tenant: 'main', sealer: plainSealer, writer: process.argv[3] });
  const write = async (stream) => {
    for (let revision = -1; ; ) {
      const events = Array.from({ length: 3 }, () => ({ id: randomUUID(), type: 'rapport.test.Kind.v1', body: '{}', recordedAtMs: Date.now() }));
      const appended = await store.append(stream, revision < 0 ? 'none' : revision, events);
      revision = appended.revision;
      process.stdout.write(JSON.stringify([stream, appended.revision, String(appended.position), events.map(({ id }) => id)]) + '\\n');
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => write('relationship/' + index)));
`;

type Acknowledged = readonly [stream: string, revision: number, position: string, ids: readonly string[]];

/** Lets another process append until it has acknowledged so many, then kills it. */
async function appendAndKill(writer: Writer, acknowledgedMin: number): Promise<readonly Acknowledged[]> {
  const script = join(folder, 'appender.mjs');
  writeFileSync(script, APPENDER);
  const child = spawn(process.execPath, [script, ledgerFile(), writer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: Acknowledged[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(JSON.parse(line) as Acknowledged);
    if (acknowledged.length === acknowledgedMin) child.kill('SIGKILL');
  }
  return acknowledged;
}

describe.each(WRITERS)('a ledger whose process is killed while it appends, writer %s', (writer) => {
  it('holds everything acknowledged, once and in order', async () => {
    for (let round = 0; round < 3; round++) {
      const acknowledged = await appendAndKill(writer, 100 + round * 50);
      expect(acknowledged.length).toBeGreaterThanOrEqual(100);
      const store = openLedger(writer);
      const ledger = await all(store.readAll());
      const byStream = new Map<string, StoredEvent[]>();
      for (const event of ledger) byStream.set(event.stream, [...(byStream.get(event.stream) ?? []), event]);
      for (const [stream, revision, position, ids] of acknowledged) {
        const events = byStream.get(stream)?.slice(revision - 2, revision + 1) ?? [];
        expect(events.map(({ id }) => id)).toEqual(ids);
        expect(events.at(-1)?.position).toBe(BigInt(position));
      }
      for (const events of byStream.values()) {
        expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index));
        expect(events.length % 3).toBe(0); // batches are all or nothing
      }
      expect(new Set(ledger.map(({ id }) => id)).size).toBe(ledger.length);
      await store.close();
      rmSync(ledgerFile());
    }
  }, 60_000);
});

describe.each(WRITERS)('a ledger open more than once, writer %s', (way) => {
  it('is followed across connections', async () => {
    const writer = openLedger(way);
    const reader = openReader();
    const abort = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { revision } of reader.subscribe({}, abort.signal)) {
        seen.push(revision);
        if (seen.length === 5) abort.abort();
      }
    })();
    for (let revision = 0; revision < 5; revision++) {
      await writer.append('relationship/1', revision === 0 ? 'none' : revision - 1, sampleEvents(1));
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    await following;
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    await reader.close();
    await writer.close();
  });

  it('keeps revisions and positions right when several connections write', async () => {
    const [one, two] = [openLedger(way), openLedger(way)];
    for (let round = 0; round < 10; round++) {
      const expected = round === 0 ? ('none' as const) : round * 2 - 1;
      await one.append('relationship/1', expected, sampleEvents(1));
      await failure(two.append('relationship/1', expected, sampleEvents(1)), 'WRONG_EXPECTED_REVISION');
      await two.append('relationship/1', round * 2, sampleEvents(1));
      await two.append(
        `relationship/new-${round}`,
        'none',
        sampleEvents(1, { type: `rapport.test.Kind${round}.v1` }),
      );
    }
    const ledger = await all(one.readAll());
    expect(ledger.map(({ position }) => position)).toEqual(
      Array.from({ length: 30 }, (_, index) => BigInt(index + 1)),
    );
    await one.close();
    await two.close();
  });

  it('is read by a reader that came before its writer went, and after', async () => {
    const writer = openLedger(way);
    await writer.append('relationship/1', 'none', sampleEvents(3));
    const reader = openReader();
    expect(await all(reader.readAll())).toHaveLength(3);
    await writer.append('relationship/1', 2, sampleEvents(1));
    await writer.close();
    expect(await all(reader.readAll())).toHaveLength(4);
    await reader.close();
    const later = openReader();
    expect(await all(later.readAll())).toHaveLength(4);
    await later.close();
  });
});

describe('views open more than once', () => {
  const VIEW = {
    name: 'parties',
    version: 1,
    shape: 'fold',
    fields: [{ name: 'score', type: 'integer' }],
  } as const;

  it('are read by one connection while another writes and swaps them', async () => {
    const file = join(folder, 'views.db');
    const writer = sqliteViewStore({ file });
    const reader = sqliteViewStore({ file, readOnly: true });
    const lease = (await writer.lease('projector', 'me', 60_000))!;
    const put = (score: number) =>
      ({ op: 'put', key: 'a', doc: { score }, fence: '', fields: { score } }) as const;
    await failure(reader.get(VIEW, 'a'), 'VIEW_NOT_FOUND');
    await writer.declare(VIEW);
    await writer.build(VIEW, lease);
    await writer.save({ views: [{ view: VIEW, changes: [put(1)] }], checkpoint: 1n, events: 1, lease });
    await failure(reader.find(VIEW, { countMax: 1 }), 'VIEW_BEHIND');
    await writer.swap(VIEW, lease);
    const query = { where: [{ field: 'score', op: 'exists', value: true }], countMax: 10 } as const;
    expect((await reader.find(VIEW, query)).items.map(({ doc }) => doc)).toEqual([{ score: 1 }]);
    await writer.save({ views: [{ view: VIEW, changes: [put(2)] }], checkpoint: 2n, events: 2, lease });
    expect((await reader.find(VIEW, query)).items.map(({ doc }) => doc)).toEqual([{ score: 2 }]);
    expect((await reader.versions())[0]?.checkpoint).toBe(2n);

    const next = { ...VIEW, version: 2 };
    await writer.declare(next);
    await writer.build(next, lease);
    await writer.swap(next, lease);
    await writer.drop(VIEW, lease);
    await failure(reader.find(VIEW, query), 'VIEW_NOT_FOUND');
    expect((await reader.find(next, query)).items).toEqual([]);
    await reader.close();
    await writer.close();
  });

  it('are written by one after the other, each of which sees what the other left', async () => {
    const file = join(folder, 'views.db');
    const clock = { nowMs: 0 };
    const open = () => sqliteViewStore({ file, now: () => clock.nowMs });
    const stores = [open(), open()];
    let checkpoint = 0n;
    for (const [turn, score] of [1, 5, 1, 7, 1].entries()) {
      const store = stores[turn % 2]!;
      clock.nowMs += 10_000;
      const lease = (await store.lease('projector', `worker-${turn % 2}`, 5_000))!;
      if (turn === 0) {
        await store.declare(VIEW);
        await store.build(VIEW, lease);
        await store.swap(VIEW, lease);
      }
      checkpoint++;
      const change = { op: 'put', key: 'a', doc: { score }, fence: '', fields: { score } } as const;
      await store.save({ views: [{ view: VIEW, changes: [change] }], checkpoint, events: 1, lease });
      for (const one of stores) {
        const where = [{ field: 'score', op: 'equals', value: score }] as const;
        expect((await one.find(VIEW, { where, countMax: 1 })).items.map(({ doc }) => doc)).toEqual([
          { score },
        ]);
        expect((await one.load(VIEW, ['a']))[0]?.doc).toEqual({ score });
      }
    }
    for (const one of stores) await one.close();
  });
});

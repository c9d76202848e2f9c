import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { all, failure, plainSealer, sampleEvents } from '@rapport/testing';
import type { Database } from 'better-sqlite3';
import { openDatabase } from './database.js';
import { EVENT_FORMAT } from './event-schema.js';
import { SqliteEventStore } from './event-store.js';
import { serveWriter } from './event-writer-service.js';
import { RemoteWriter } from './event-writer-thread.js';
import { EventWriter } from './event-writer.js';
import type { AppendWriter } from './group-commit.js';
import { Statements } from './statements.js';
import { VIEW_FORMAT } from './view-schema.js';
import { SqliteViewStore } from './view-store.js';
import { newTurn, WriteTurn } from './write-turn.js';

const PLENTY = 1_000_000;

let folder: string;
let db: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-full-'));
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (format: typeof EVENT_FORMAT, file: string): Database =>
  openDatabase(format, {
    file,
    readOnly: false,
    synchronous: 'FULL',
    cacheKibibytes: 1_024,
    walPagesMax: 100,
  });

/** SQLite itself then refuses to grow, as it does where the disk is full. */
const roomFor = (pages: number): unknown =>
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + pages}`);

/** The writer of a connection, in this thread or, as a thread has it, at the other end of a port. */
function writerOf(way: 'inline' | 'thread', file: string): AppendWriter {
  const writer = new EventWriter(db, file, Infinity, plainSealer.of('main'));
  if (way === 'inline') return writer;
  const { port1, port2 } = new MessageChannel();
  serveWriter(port2, writer);
  return new RemoteWriter(port1, file);
}

describe.each(['inline', 'thread'] as const)('an event store on a full disk, writer %s', (way) => {
  const opened = (): SqliteEventStore => {
    const file = join(folder, 'ledger.db');
    db = open(EVENT_FORMAT, file);
    return new SqliteEventStore(open(EVENT_FORMAT, file), file, writerOf(way, file));
  };
  const big = { body: JSON.stringify('x'.repeat(20_000)) };

  it('refuses all of a commit, keeps what was acknowledged, and goes on when there is room', async () => {
    const store = opened();
    await store.append('relationship/1', 'none', sampleEvents(3));
    roomFor(10);
    const outcomes = await Promise.all([
      failure(store.append('relationship/2', 'none', sampleEvents(1)), 'DISK_FULL'),
      failure(store.append('relationship/1', 2, sampleEvents(20, big)), 'DISK_FULL'),
      failure(store.append('relationship/3', 'none', sampleEvents(1)), 'DISK_FULL'),
    ]);
    for (const { message } of outcomes) expect(message).toContain('ledger.db');
    expect(await all(store.readAll())).toHaveLength(3);
    expect((await store.readStream('relationship/2')).exists).toBe(false);

    roomFor(PLENTY);
    const again = await Promise.all([
      store.append('relationship/2', 'none', sampleEvents(1)),
      store.append('relationship/1', 2, sampleEvents(20, big)),
    ]);
    expect(again.map(({ revision, status }) => [revision, status])).toEqual([
      [0, 'appended'],
      [22, 'appended'],
    ]);
    const positions = (await all(store.readAll())).map(({ position }) => position);
    expect(positions).toEqual(Array.from({ length: 24 }, (_, index) => BigInt(index + 1)));
    await store.close();
  });

  it('still answers repeats of what it holds', async () => {
    const store = opened();
    const batch = sampleEvents(3);
    const first = await store.append('relationship/1', 'none', batch);
    roomFor(0);
    await failure(store.append('relationship/1', 2, sampleEvents(20, big)), 'DISK_FULL');
    expect(await store.append('relationship/1', 'none', batch)).toEqual({ ...first, status: 'duplicate' });
    await store.close();
  });

  it('says that it cannot be written when that is so', async () => {
    const store = opened();
    db.pragma('query_only = ON');
    await failure(store.append('relationship/1', 'none', sampleEvents(1)), 'STORE_READ_ONLY');
    db.pragma('query_only = OFF');
    expect((await store.append('relationship/1', 'none', sampleEvents(1))).revision).toBe(0);
    await store.close();
  });
});

describe('a view store on a full disk', () => {
  const VIEW = {
    name: 'parties',
    version: 1,
    shape: 'fold',
    fields: [{ name: 'score', type: 'integer' }],
  } as const;
  const changes = (count: number) =>
    Array.from(
      { length: count },
      (_, index) =>
        ({
          op: 'put',
          key: `party-${index}`,
          doc: { text: 'x'.repeat(2_000) },
          fence: '',
          fields: {},
        }) as const,
    );

  const opened = async () => {
    const file = join(folder, 'views.db');
    db = open(VIEW_FORMAT, file);
    const store = new SqliteViewStore(
      new Statements(db, file, new WriteTurn(newTurn())),
      file,
      false,
      Date.now,
    );
    const lease = await store.lease('projector', 'worker-1', 60_000);
    if (lease === undefined) throw new Error('no lease');
    await store.declare(VIEW);
    await store.build(VIEW, lease);
    const save = (count: number, checkpoint: bigint) =>
      store.save({
        views: [{ view: VIEW, changes: changes(count) }],
        checkpoint,
        events: Number(checkpoint),
        lease,
      });
    return { store, lease, save };
  };

  it('writes nothing of a save that does not fit, and all of it when there is room', async () => {
    const { store, lease, save } = await opened();
    await store.swap(VIEW, lease);
    await save(1, 1n);
    roomFor(5);
    await failure(save(200, 2n), 'DISK_FULL');
    expect(await store.count(VIEW)).toBe(1);
    expect((await store.versions())[0]?.checkpoint).toBe(1n);
    roomFor(PLENTY);
    await save(200, 2n);
    expect(await store.count(VIEW)).toBe(200);
    expect((await store.versions())[0]?.checkpoint).toBe(2n);
    await store.close();
  });

  it('keeps a build whose swap does not fit', async () => {
    const { store, lease, save } = await opened();
    await save(200, 2n);
    roomFor(0);
    await failure(store.swap(VIEW, lease), 'DISK_FULL');
    expect((await store.versions())[0]?.state).toBe('building');
    expect(await store.load(VIEW, ['party-7'])).toHaveLength(1);
    roomFor(PLENTY);
    await store.swap(VIEW, lease);
    expect(await store.count(VIEW)).toBe(200);
    await store.close();
  });
});

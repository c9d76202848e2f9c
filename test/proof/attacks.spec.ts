import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '@rapport/kernel';
import type { Damage } from '@rapport/ledger';
import { openEmbedded, verifyStore, type StoreVerdict } from '@rapport/profiles';
import { decideCosigning, noteVerifier, openCheckpoint } from '@rapport/proof';
import { saleOf, touchpoint } from '@rapport/testing';
import Sqlite, { type Database } from 'better-sqlite3';

const EVENTS = 200;
const PARTIES = 10;

/** A history of sales, complaints with personal values, and a correction. */
function history(): readonly Json[] {
  const sales = Array.from({ length: EVENTS }, (_, at) => {
    const time = new Date(Date.UTC(2026, 0, 1, at)).toISOString();
    const party = `c-${at % PARTIES}`;
    return at % 5 === 4
      ? touchpoint(
          'inquiry.InquiryReceived',
          party,
          time,
          { topic: 'prices', text: `Question ${at}` },
          { id: `i-${at}` },
        )
      : saleOf(party, time, 1_000 + at, { id: `s-${at}` });
  });
  return sales.map((one) => ({ specversion: '1.0', ...one }) as unknown as Json);
}

async function recordInto(dataDir: string, events: readonly Json[], keysDir?: string): Promise<void> {
  const rapport = await openEmbedded({ dataDir, ...(keysDir === undefined ? {} : { keysDir }) });
  const ledger = await rapport.ledger('main');
  for (const outcome of await ledger.record(events))
    if (outcome.status === 'rejected') throw new Error(outcome.rejection.message);
  await ledger.waitFor((await ledger.head()).position, 20_000);
  await rapport.close();
}

const root = mkdtempSync(join(tmpdir(), 'rapport-attacks-'));
const honest = join(root, 'honest');
/** The same ledger when it was half as long, as a backup has it. */
const backup = join(root, 'backup');
let attacked: string;
let attacks = 0;

beforeAll(async () => {
  const events = history();
  await recordInto(honest, events.slice(0, EVENTS / 2));
  cpSync(honest, backup, { recursive: true });
  await recordInto(honest, events);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeEach(() => {
  attacked = join(root, `attacked-${attacks++}`);
  cpSync(honest, attacked, { recursive: true });
});

/** Does what somebody can do who has the file of the ledger and a database tool. */
function edit(file: 'ledger.db' | 'views.db', change: (db: Database) => void): void {
  const db = new Sqlite(join(attacked, 'main', file));
  try {
    change(db);
  } finally {
    db.close();
  }
}
const sql = (statement: string): void => edit('ledger.db', (db) => void db.exec(statement));
const verdict = (): Promise<StoreVerdict> => verifyStore({ dataDir: attacked, tenant: 'main' });
const damage = async (): Promise<Damage | undefined> => (await verdict()).events.damages[0];

describe('a ledger that nobody touched', () => {
  it('is whole: file, events, tree, head and views', async () => {
    const { events, head, views, fileProblems } = await verdict();
    expect(events).toMatchObject({ events: EVENTS + 1, damages: [] });
    expect(head?.size).toBe(EVENTS + 1);
    expect(fileProblems).toEqual([]);
    expect(views).toMatchObject({ position: BigInt(EVENTS + 1) });
    expect(views?.damage).toBeUndefined();
    expect(views?.documents).toBeGreaterThan(0);
  });
});

describe('an attack on the ledger is detected:', () => {
  it('an event is deleted', async () => {
    sql('DELETE FROM events WHERE position = 100');
    expect(await damage()).toMatchObject({ kind: 'missing', leafIndex: 99 });
  });

  it('an event is deleted, and the others move up', async () => {
    sql(
      'DELETE FROM events WHERE position = 100; UPDATE events SET position = -position WHERE position > 100; UPDATE events SET position = -position - 1 WHERE position < 0',
    );
    expect(await damage()).toMatchObject({ kind: expect.stringMatching(/^(tree|chain|changed)$/) });
  });

  it('an event is inserted', async () => {
    sql(
      'UPDATE events SET position = -position WHERE position > 100; UPDATE events SET position = -position + 1 WHERE position < 0; INSERT INTO events SELECT 101, stream, 1000, randomblob(16), type, recorded_at, body, randomblob(16), randomblob(32) FROM events WHERE position = 100',
    );
    expect(await damage()).toMatchObject({ kind: 'chain', position: 101n });
  });

  it('two events are swapped', async () => {
    sql(
      'UPDATE events SET position = -1 WHERE position = 60; UPDATE events SET position = 60 WHERE position = 61; UPDATE events SET position = 61 WHERE position = -1',
    );
    expect(await damage()).toMatchObject({ kind: 'tree' });
  });

  it('an event is there twice', async () => {
    sql(
      `INSERT INTO events SELECT ${EVENTS + 2}, stream, (SELECT max(revision) + 1 FROM events AS other WHERE other.stream = events.stream), id, type, recorded_at, body, salt, hashes FROM events WHERE position = 100`,
    );
    expect(await damage()).toMatchObject({ kind: 'changed', position: BigInt(EVENTS + 2) });
  });

  it('the tail is cut off', async () => {
    sql(`DELETE FROM events WHERE position > ${EVENTS - 10}`);
    expect(await damage()).toMatchObject({ kind: 'head' });
  });

  it('an old copy is put in its place, and is not signed again when it is opened', async () => {
    rmSync(join(attacked, 'main'), { recursive: true });
    cpSync(join(backup, 'main'), join(attacked, 'main'), { recursive: true });
    expect(await damage()).toMatchObject({ kind: 'head' });

    const before = readFileSync(join(attacked, '.keys', 'main', 'checkpoint'));
    const rapport = await openEmbedded({ dataDir: attacked });
    const ledger = await rapport.ledger('main');
    expect(ledger.log.refused).toMatchObject({ code: 'LOG_NOT_SIGNED' });
    await ledger.record(history().slice(-1));
    await rapport.close();
    expect(readFileSync(join(attacked, '.keys', 'main', 'checkpoint'))).toEqual(before);
  });

  it('an old copy is put in its place and goes on, so that it is longer than what was signed', async () => {
    rmSync(join(attacked, 'main'), { recursive: true });
    cpSync(join(backup, 'main'), join(attacked, 'main'), { recursive: true });
    const rapport = await openEmbedded({ dataDir: attacked });
    const ledger = await rapport.ledger('main');
    await ledger.record(
      Array.from({ length: EVENTS }, (_, at) => ({
        specversion: '1.0',
        ...saleOf('c-1', '2026-03-01', 5, { id: `other-${at}` }),
      })) as unknown as Json[],
    );
    await rapport.close();
    expect(await damage()).toMatchObject({ kind: 'head' });
  });

  it('an event is backdated: when it happened', async () => {
    sql(`UPDATE events SET body = replace(body, '"time":"2026', '"time":"2025') WHERE position = 77`);
    expect(await damage()).toMatchObject({ kind: 'changed', position: 77n, stream: expect.any(String) });
  });

  it('an event is backdated: when it was recorded', async () => {
    sql('UPDATE events SET recorded_at = recorded_at - 1 WHERE position = 77');
    expect(await damage()).toMatchObject({ kind: 'changed', position: 77n });
  });

  it('what an event says is changed', async () => {
    sql(`UPDATE events SET body = replace(body, '"amountMinor":1', '"amountMinor":9') WHERE position = 77`);
    expect(await damage()).toMatchObject({ kind: 'changed', position: 77n });
  });

  it('what an event says is changed, and so is its leaf', async () => {
    sql(
      `UPDATE events SET body = replace(body, '"amountMinor":1', '"amountMinor":9'), hashes = zeroblob(length(hashes)) WHERE position = 77`,
    );
    expect(await damage()).toMatchObject({ kind: 'changed', position: 77n });
  });

  it('an event is moved to another stream', async () => {
    sql(
      'UPDATE events SET stream = (SELECT stream FROM events WHERE position = 78), revision = (SELECT max(revision) + 1 FROM events WHERE stream = (SELECT stream FROM events WHERE position = 78)) WHERE position = 77',
    );
    expect(await damage()).toMatchObject({ kind: 'changed', position: 77n });
  });

  it('the events are moved to another tenant', async () => {
    mkdirSync(join(attacked, 'other'));
    cpSync(join(attacked, 'main', 'ledger.db'), join(attacked, 'other', 'ledger.db'));
    cpSync(join(attacked, '.keys', 'main'), join(attacked, '.keys', 'other'), { recursive: true });
    const db = new Sqlite(join(attacked, 'other', 'ledger.db'));
    db.exec("UPDATE ledger SET tenant = 'other'");
    db.close();
    const moved = await verifyStore({ dataDir: attacked, tenant: 'other' });
    expect(moved.events.damages[0]).toMatchObject({ kind: 'changed', leafIndex: 0 });
  });

  it('the ledger is given to another tenant by its name alone, also where there are no views', async () => {
    sql("UPDATE ledger SET tenant = 'other'");
    rmSync(join(attacked, 'main', 'views.db'));
    await expect(verdict()).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
  });

  it('the sealed values of two events are swapped', async () => {
    edit('ledger.db', (db) => {
      const sealed = db
        .prepare('SELECT position, body FROM events WHERE body LIKE \'%"sealed":%\' LIMIT 2')
        .all() as {
        position: number;
        body: string;
      }[];
      const [one, other] = sealed.map(({ body }) => /"sealed":\[.*?\],"data"/.exec(body)?.[0] ?? '');
      const update = db.prepare('UPDATE events SET body = replace(body, ?, ?) WHERE position = ?');
      expect(update.run(one, other, sealed[0]?.position).changes).toBe(1);
      expect(update.run(other, one, sealed[1]?.position).changes).toBe(1);
      expect(one).not.toBe(other);
    });
    expect(await damage()).toMatchObject({ kind: 'changed' });
  });

  it('the key of a sealed value is exchanged', async () => {
    sql(
      `UPDATE events SET body = replace(body, '"keyid":"', '"keyid":"A') WHERE position = (SELECT min(position) FROM events WHERE body LIKE '%"sealed":%')`,
    );
    expect(await damage()).toMatchObject({ kind: 'changed' });
  });

  it('a node of the tree is changed', async () => {
    sql(
      'UPDATE events SET hashes = CAST(substr(hashes, 1, 32) || zeroblob(length(hashes) - 32) AS BLOB) WHERE position = 128',
    );
    expect(await damage()).toMatchObject({ kind: 'tree', leafIndex: 127 });
  });

  it('a row of a view is edited', async () => {
    edit('views.db', (db) => {
      const tables = db
        .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%doc %'")
        .pluck()
        .all() as string[];
      const edited = tables.map(
        (name) =>
          db
            .prepare(
              `UPDATE "${name}" SET doc = replace(doc, '1', '2') WHERE rowid = (SELECT max(rowid) FROM "${name}" WHERE doc LIKE '%1%')`,
            )
            .run().changes,
      );
      expect(Math.max(...edited)).toBe(1);
    });
    const { views } = await verdict();
    expect(views?.damage).toMatchObject({ key: expect.any(String), view: expect.any(String) });
  });

  it('everything is written anew without the signing key', async () => {
    const forged = join(root, `forged-${attacks}`);
    const [first, ...rest] = history();
    await recordInto(forged, [{ ...(first as object), time: '2025-01-01T00:00:00.000Z' } as Json, ...rest]);
    cpSync(join(forged, 'main', 'ledger.db'), join(attacked, 'main', 'ledger.db'));
    expect(await damage()).toMatchObject({ kind: 'head' });
  });

  it('everything is written anew with the signing key: who kept a signed head can tell, and a witness does', async () => {
    const kept = readFileSync(join(attacked, '.keys', 'main', 'checkpoint'));
    const verifierKey = readFileSync(join(attacked, '.keys', 'main', 'log.pub'), 'utf8').trim();
    const keys = join(root, `keys-${attacks}`);
    mkdirSync(join(keys, 'main'), { recursive: true });
    for (const name of ['log.key', 'log.pub'])
      cpSync(join(attacked, '.keys', 'main', name), join(keys, 'main', name));
    const forged = join(root, `forged-${attacks}`);
    const [first, ...rest] = history();
    await recordInto(
      forged,
      [{ ...(first as object), time: '2025-01-01T00:00:00.000Z' } as Json, ...rest],
      keys,
    );

    // Signed as it is, it is whole in itself …
    const alone = await verifyStore({ dataDir: forged, keysDir: keys, tenant: 'main', verifierKey });
    expect(alone.events.damages).toEqual([]);
    // … and not what was signed before.
    const held = await verifyStore({
      dataDir: forged,
      keysDir: keys,
      tenant: 'main',
      verifierKey,
      checkpoint: kept,
    });
    expect(held.events.damages[0]).toMatchObject({ kind: 'head' });
    const log = noteVerifier(verifierKey);
    const { checkpoint } = openCheckpoint(kept, log);
    const forgedHead = readFileSync(join(keys, 'main', 'checkpoint'));
    const request = { oldSize: checkpoint.size, proof: [], checkpoint: forgedHead };
    expect(decideCosigning(checkpoint, request, log)).toMatchObject({ kind: 'fork' });
  });
});

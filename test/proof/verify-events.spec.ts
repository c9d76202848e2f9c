import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyEvents, type EventsVerdict } from '@rapport/ledger';
import { sqliteProofLog } from '@rapport/store-sqlite';
import Sqlite from 'better-sqlite3';
import { ledgerToFlip, PAGE_BYTES, TENANT, type LedgerToFlip } from './ledger-to-flip.js';

const folder = mkdtempSync(join(tmpdir(), 'rapport-verify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const EVENTS = 1_000;
let ledger: LedgerToFlip;
beforeAll(async () => {
  ledger = await ledgerToFlip(join(folder, 'ledger.db'), 10, EVENTS / 10);
});

/** A copy of the ledger, which a spec may damage. */
const file = join(folder, 'copy.db');
beforeEach(() => copyFileSync(ledger.file, file));

async function verified(leaves?: { readonly from: number; readonly until: number }): Promise<EventsVerdict> {
  const log = sqliteProofLog(file);
  try {
    const part = leaves === undefined ? {} : { leaves };
    return await verifyEvents({ tenant: TENANT, log, head: ledger.head, damagesMax: 100, ...part });
  } finally {
    await log.close();
  }
}

function change(sql: string): void {
  const db = new Sqlite(file);
  db.exec(sql);
  db.close();
}

function rowsOf(sql: string): readonly unknown[] {
  const db = new Sqlite(ledger.file, { readonly: true });
  const rows = db.prepare(sql).pluck().all();
  db.close();
  return rows;
}

describe('a ledger of which a page cannot be read', () => {
  it.each([
    ['the first', 1],
    ['one in the middle', EVENTS / 2],
    ['the last', EVENTS],
  ])(
    'names each event of it, and those held against one of them, and verifies the rest: %s',
    async (_, position) => {
      const page = ledger.pages.findIndex(
        ({ rows: [from, to] = [0, 0] }) => from <= position && position <= to,
      );
      const [first, last] = ledger.pages[page]?.rows ?? [0, 0];
      const lost = rowsOf(
        `SELECT position FROM (SELECT position, lag(position, 1, 0) OVER (PARTITION BY stream ORDER BY revision) AS before FROM events)
        WHERE position BETWEEN ${first} AND ${last} OR before BETWEEN ${first} AND ${last} ORDER BY position`,
      );
      expect(lost).toContain(position);
      const bytes = readFileSync(file);
      bytes.fill(0xa5, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
      writeFileSync(file, bytes);
      const { damages, events } = await verified();
      const unreadable = damages.filter(({ kind }) => kind === 'unreadable');
      expect(unreadable.map(({ leafIndex = -1 }) => leafIndex + 1)).toEqual(lost);
      expect(events).toBe(EVENTS - lost.length);
    },
  );
});

describe('a part of a ledger', () => {
  it('gives the root of the tree at its end, from the nodes before it', async () => {
    const rest = await verified({ from: 37, until: EVENTS });
    expect(rest).toMatchObject({ events: EVENTS - 37, root: ledger.head.root, damages: [] });
    const [part, all] = [await verified({ from: 37, until: 50 }), await verified({ from: 0, until: 50 })];
    expect(part.root).toEqual(all.root);
  });

  it('ends where the ledger does', async () => {
    expect(await verified({ from: EVENTS - 10, until: 2 * EVENTS })).toMatchObject({
      events: 10,
      damages: [],
    });
  });

  it('shows its own damage, and none of what lies outside', async () => {
    change("UPDATE events SET body = replace(body, 'P-', 'Q-') WHERE position IN (30, 60)");
    change(
      'UPDATE events SET hashes = CAST(substr(hashes, 1, 32) || zeroblob(length(hashes) - 32) AS BLOB) WHERE position = 64',
    );
    const found = async (from: number, until: number) =>
      (await verified({ from, until })).damages.map(({ kind, leafIndex }) => `${kind} ${leafIndex}`);
    expect(await found(30, 59)).toEqual([]);
    expect(await found(29, 30)).toEqual(['changed 29']);
    expect(await found(50, 62)).toEqual(['changed 59']);
    expect(new Set(await found(63, 64))).toEqual(new Set(['tree 63']));
    const all = (await verified()).damages.map(({ leafIndex }) => leafIndex);
    expect(all).toEqual(expect.arrayContaining([29, 59, 63]));
  });
});

import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RapportError } from '@rapport/kernel';
import { all, failure, plainSealer, sampleEvents } from '@rapport/testing';
import Sqlite from 'better-sqlite3';
import { isDisposableFailure, sqliteEventStore, sqliteViewStore } from './index.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-damage-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ledgerFile = (): string => join(folder, 'ledger.db');
const viewsFile = (): string => join(folder, 'views.db');
let writer: 'inline' | 'thread';
const openLedger = () =>
  sqliteEventStore({ file: ledgerFile(), tenant: 'main', sealer: plainSealer, writer });
const openViews = () => sqliteViewStore({ file: viewsFile() });

async function writtenLedger(): Promise<void> {
  const store = openLedger();
  await store.append('relationship/1', 'none', sampleEvents(1_000));
  await store.append('relationship/2', 'none', sampleEvents(1_000));
  await store.close();
}

function failureOf(open: () => unknown): RapportError {
  try {
    open();
  } catch (error) {
    if (error instanceof RapportError) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

describe.each(['inline', 'thread'] as const)('with a writer %s,', (way) => {
  beforeEach(() => {
    writer = way;
  });

  describe('a file that is not ours', () => {
    it.each([
      ['a text', 'Dear diary, today nothing happened.\n'.repeat(200)],
      ['a short text', 'hello'],
      [
        'a picture',
        Buffer.from([0x89, 0x50, 0x4e, 0x47, ...Array.from({ length: 5_000 }, (_, index) => index % 256)]),
      ],
    ])('is refused when it is %s, and stays as it was', (_, content) => {
      writeFileSync(ledgerFile(), content);
      writeFileSync(viewsFile(), content);
      expect(failureOf(openLedger).code).toBe('STORE_FOREIGN');
      expect(failureOf(openViews).code).toBe('STORE_FOREIGN');
      expect(readFileSync(ledgerFile())).toEqual(Buffer.from(content));
    });

    it('is refused when another program made it', () => {
      const db = new Sqlite(ledgerFile());
      db.exec('CREATE TABLE songs (title TEXT)');
      db.close();
      const error = failureOf(openLedger);
      expect(error.code).toBe('STORE_FOREIGN');
      expect(error.message).toContain('another program');
      expect(
        failureOf(() => sqliteEventStore({ file: ledgerFile(), tenant: 'main', readOnly: true })).code,
      ).toBe('STORE_FOREIGN');
    });

    it('is refused when it is views where a ledger should be', async () => {
      await sqliteViewStore({ file: ledgerFile() }).close();
      expect(failureOf(openLedger).code).toBe('STORE_FOREIGN');
    });

    it('is refused when a newer Rapport wrote it, which is said', async () => {
      await openLedger().close();
      const db = new Sqlite(ledgerFile());
      db.pragma('user_version = 99');
      db.close();
      const error = failureOf(openLedger);
      expect(error.code).toBe('STORE_FOREIGN');
      expect(error.message).toContain('newer Rapport');
      expect(error.facts).toMatchObject({ version: 99 });
    });

    it('is refused when it is the ledger of another tenant', async () => {
      await openLedger().close();
      const error = failureOf(() =>
        sqliteEventStore({ file: ledgerFile(), tenant: 'other', sealer: plainSealer }),
      );
      expect(error.code).toBe('STORE_FOREIGN');
      expect(error.message).toContain('main');
    });
  });

  describe('a damaged file', () => {
    it.each([0.9, 0.5, 0.1])('is told when it was cut to %d of its length', async (part) => {
      await writtenLedger();
      truncateSync(ledgerFile(), Math.floor(statSync(ledgerFile()).size * part));
      expect(failureOf(openLedger).code).toBe('STORE_CORRUPT');
    });

    it('is told when nothing of it is left, and is not mistaken for a new one', async () => {
      await writtenLedger();
      truncateSync(ledgerFile(), 0);
      expect(failureOf(openLedger).code).toBe('STORE_CORRUPT');
      expect(
        failureOf(() => sqliteEventStore({ file: ledgerFile(), tenant: 'main', readOnly: true })).code,
      ).toBe('STORE_CORRUPT');
    });

    it('is told when it is gone and only its log is left', async () => {
      writeFileSync(`${ledgerFile()}-wal`, 'what was written last');
      expect(failureOf(openLedger).code).toBe('STORE_CORRUPT');
    });

    it('is told by whoever reads what was overwritten', async () => {
      await writtenLedger();
      const bytes = readFileSync(ledgerFile());
      bytes.fill(0xa5, 8_192, bytes.length - 4_096);
      writeFileSync(ledgerFile(), bytes);
      const read = async (): Promise<void> => {
        const store = openLedger();
        try {
          await all(store.readAll());
        } finally {
          await store.close();
        }
      };
      await failure(read(), 'STORE_CORRUPT');
    });

    it.each(['streams', 'types'])(
      'is told by whoever reads events whose rows in %s are gone',
      async (table) => {
        await writtenLedger();
        const db = new Sqlite(ledgerFile());
        db.exec(`DELETE FROM ${table}`);
        db.close();
        const store = openLedger();
        await failure(all(store.readAll()), 'STORE_CORRUPT');
        await store.close();
      },
    );

    it('is told when its schema is not the one it was made with', async () => {
      await writtenLedger();
      const db = new Sqlite(ledgerFile());
      db.unsafeMode();
      db.pragma('writable_schema = ON');
      db.exec(
        "UPDATE sqlite_schema SET sql = replace(sql, 'recorded_at', 'recorded_au') WHERE name = 'events'",
      );
      db.close();
      expect(failureOf(openLedger).code).toBe('STORE_CORRUPT');
    });

    it('is told when its head names a format that there is not', async () => {
      await writtenLedger();
      const bytes = readFileSync(ledgerFile());
      bytes.writeUInt32BE(5, 44); // the schema format number of SQLite's file format, 4 at most
      writeFileSync(ledgerFile(), bytes);
      expect(failureOf(openLedger).code).toBe('STORE_CORRUPT');
    });

    it('may be removed and built again when it holds views', async () => {
      await openViews().close();
      truncateSync(viewsFile(), 5_000);
      expect(isDisposableFailure(failureOf(openViews))).toBe(true);
      writeFileSync(viewsFile(), 'text');
      expect(isDisposableFailure(failureOf(openViews))).toBe(true);
      expect(isDisposableFailure(new RapportError('DISK_FULL', 'The disk is full.'))).toBe(false);
    });
  });

  describe('a place where nothing can be written', () => {
    it('is told when it is not there to read', () => {
      expect(
        failureOf(() => sqliteEventStore({ file: ledgerFile(), tenant: 'main', readOnly: true })).code,
      ).toBe('DATA_NOT_FOUND');
      expect(failureOf(() => sqliteViewStore({ file: viewsFile(), readOnly: true })).code).toBe(
        'DATA_NOT_FOUND',
      );
    });

    it('is told when a file stands where the folder should be, or there is no folder', () => {
      writeFileSync(join(folder, 'main'), '');
      expect(
        failureOf(() =>
          sqliteEventStore({ file: join(folder, 'main', 'ledger.db'), tenant: 'main', sealer: plainSealer }),
        ).code,
      ).toBe('STORE_READ_ONLY');
      expect(
        failureOf(() =>
          sqliteEventStore({ file: join(folder, 'none', 'ledger.db'), tenant: 'main', sealer: plainSealer }),
        ).code,
      ).toBe('STORE_READ_ONLY');
      expect(
        failureOf(() => sqliteEventStore({ file: folder, tenant: 'main', sealer: plainSealer })).code,
      ).toBe('STORE_READ_ONLY');
    });

    it('takes no appends and no saves when it is opened for reading', async () => {
      await writtenLedger();
      await openViews().close();
      const ledger = sqliteEventStore({ file: ledgerFile(), tenant: 'main', readOnly: true });
      const views = sqliteViewStore({ file: viewsFile(), readOnly: true });
      await failure(ledger.append('relationship/3', 'none', sampleEvents(1)), 'STORE_READ_ONLY');
      await failure(views.lease('projector', 'me', 1_000), 'STORE_READ_ONLY');
      expect(await all(ledger.readAll())).toHaveLength(2_000);
      await ledger.close();
      await views.close();
    });
  });
});

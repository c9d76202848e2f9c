import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyStore } from '@rapport/ledger';
import { failure, keyStoreContract, plainSealer, tombstone, wrappedKey } from '@rapport/testing';
import { sqliteEventStore } from './event-store.js';
import { threadedKeyStore } from './key-store-thread.js';
import { sqliteKeyStore } from './key-store.js';

// The thread runs what is compiled, which `npm test` has made ready.
for (const way of ['inline', 'thread'] as const)
  keyStoreContract(`the SQLite key store, ${way}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rapport-keys-'));
    const stores: KeyStore[] = [];
    const another = async (): Promise<KeyStore> => {
      const store = (way === 'thread' ? threadedKeyStore : sqliteKeyStore)({
        file: join(folder, 'keys.db'),
        tenant: 'main',
      });
      stores.push(store);
      return store;
    };
    return {
      store: await another(),
      another,
      dispose: async () => {
        for (const store of stores) await store.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  });

describe('keys.db', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rapport-keys-'));
    file = join(folder, 'keys.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read by its owner only, and so is all that lies beside it; a wider mode is taken back', async () => {
    await sqliteKeyStore({ file, tenant: 'main' }).close();
    chmodSync(file, 0o644);
    const store = sqliteKeyStore({ file, tenant: 'main' });
    await store.create([wrappedKey('42')]);
    await store.erase([tombstone('42')]);
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    await store.close();
  });

  it('of another tenant is refused, and so is another of our own files', async () => {
    await sqliteKeyStore({ file, tenant: 'main' }).close();
    expect(() => sqliteKeyStore({ file, tenant: 'other' })).toThrow(
      expect.objectContaining({ code: 'STORE_FOREIGN' }),
    );
    const ledger = join(folder, 'ledger.db');
    await sqliteEventStore({ file: ledger, tenant: 'main', sealer: plainSealer }).close();
    expect(() => sqliteKeyStore({ file: ledger, tenant: 'main' })).toThrow(
      expect.objectContaining({ code: 'STORE_FOREIGN' }),
    );
  });

  it('can be read beside its writer, and not written then', async () => {
    expect(() => sqliteKeyStore({ file, tenant: 'main', readOnly: true })).toThrow(
      expect.objectContaining({ code: 'DATA_NOT_FOUND' }),
    );
    const writer = sqliteKeyStore({ file, tenant: 'main' });
    const reader = sqliteKeyStore({ file, tenant: 'main', readOnly: true });
    await writer.create([wrappedKey('42')]);
    expect(await reader.load(['42'])).toMatchObject([{ state: 'active', key: { keyid: 'key of 42' } }]);
    await failure(reader.create([wrappedKey('7')]), 'STORE_READ_ONLY');
    await failure(reader.erase([tombstone('42')]), 'STORE_READ_ONLY');
    await writer.close();
    await reader.close();
  });
});

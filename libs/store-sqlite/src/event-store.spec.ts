import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventStoreContract } from '@rapport/testing';
import { sqliteEventStore } from './event-store.js';

eventStoreContract('the SQLite event store', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-events-'));
  const open = () => sqliteEventStore({ file: join(folder, 'ledger.db'), tenant: 'main' });
  const store = open();
  let current = store;
  return {
    store,
    reopen: async () => {
      await current.close();
      current = open();
      return current;
    },
    dispose: async () => {
      await current.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

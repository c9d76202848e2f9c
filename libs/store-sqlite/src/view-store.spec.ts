import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewStoreContract } from '@rapport/testing';
import { sqliteViewStore } from './view-store.js';

viewStoreContract('the SQLite view store', async (now) => {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-views-'));
  const open = () => sqliteViewStore({ file: join(folder, 'views.db'), now });
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

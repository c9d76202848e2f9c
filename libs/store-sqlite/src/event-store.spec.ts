import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventStoreContract, plainSealer } from '@rapport/testing';
import { sqliteEventStore } from './event-store.js';

// The thread runs what is compiled, which `npm test` has made ready.
for (const writer of ['inline', 'thread'] as const) {
  eventStoreContract(`the SQLite event store, writer ${writer}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rapport-events-'));
    const open = () =>
      sqliteEventStore({ file: join(folder, 'ledger.db'), tenant: 'main', sealer: plainSealer, writer });
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
}

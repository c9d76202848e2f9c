// Records touchpoints as an ingest does once its lines are parsed, with the writer in a thread as a server has it, and with
// events sealed or not.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { eventSealer, OpenLedger, SealedLog, type Projection, type SealerSource } from '@rapport/ledger';
import { aesKeyWrapper, openPersonKeys, SECRET_BYTES } from '@rapport/privacy';
import { erasureRules } from '@rapport/profiles';
import { sqliteEventStore, sqliteKeyStore, sqliteProofLog, sqliteViewStore } from '@rapport/store-sqlite';
import { kinds } from '@rapport/touchpoints';
import { touchpoints } from '../ledger/touchpoints.js';
import { answer, input } from './answer.js';
import { unsealed } from './unsealed.js';

/** As an ingest: so many touchpoints together, so many batches under way. */
const BATCH_SIZE = 512;
const UNDER_WAY = 10;

const { folder, isSealed, events: count } = input<{ folder: string; isSealed: boolean; events: number }>();
const sealer: SealerSource = isSealed ? eventSealer : unsealed;
const file = join(folder, 'ledger.db');
const events = sqliteEventStore({ file, tenant: 'main', sealer, writer: 'thread' });
await sqliteViewStore({ file: join(folder, 'views.db') }).close();
const keyStore = sqliteKeyStore({ file: join(folder, 'keys.db'), tenant: 'main' });
const keys = openPersonKeys({
  store: keyStore,
  wrapper: aesKeyWrapper(randomBytes(SECRET_BYTES), 'main'),
  erased: [],
  now: Date.now,
});
const nobody: Projection = {
  wake: () => undefined,
  onMoved: () => () => undefined,
  rebuild: () => Promise.resolve(),
  retry: () => Promise.resolve([]),
  close: () => Promise.resolve(),
};
const ledger = new OpenLedger({
  tenant: 'main',
  events,
  viewStore: sqliteViewStore({ file: join(folder, 'views.db'), readOnly: true }),
  kinds,
  views: [],
  analyses: [],
  projection: nobody,
  keys: () => keys,
  erasure: erasureRules(false),
  log: new SealedLog({
    tenant: 'main',
    log: sqliteProofLog(file),
    heads: { last: () => Promise.resolve(undefined), keep: () => Promise.resolve() },
    keys: undefined,
  }),
  writable: true,
  now: Date.now,
});
await ledger.open();
const all = [...touchpoints(count)];
const startedAt = performance.now();
let next = 0;
await Promise.all(
  Array.from({ length: UNDER_WAY }, async () => {
    while (next < all.length) {
      const batch = all.slice(next, (next += BATCH_SIZE));
      for (const { status } of await ledger.record(batch))
        if (status !== 'recorded')
          throw new Error(`a touchpoint was ${status}: the figure would mean nothing`);
    }
  }),
);
const ms = performance.now() - startedAt;
await ledger.close();
await keyStore.close();
answer({ ms, events: count });
